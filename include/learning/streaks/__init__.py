"""Streaks: how many local days in a row a learner has answered, counted when the learner's day is over.

Grain: learner. Source: app.answers, app.users.time_zone. Table: warehouse.learner_streaks; app.users carries
the streak and the last day. Whoever is about to lose one is told in the evening (ops.notification_outbox,
kind streak_nudge). DAG: learner_streaks, hourly.
"""
