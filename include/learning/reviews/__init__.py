"""Reviews: when a learner should see each question again, and a morning reminder when enough of them wait.

Grain: learner and question (warehouse.review_schedule), and learner (warehouse.learner_reviews: how far the
schedule has come). Source: app.answers. Reminders: ops.notification_outbox, kind review_reminder.
DAG: review_reminders, hourly.
"""
