"""Monthly reports: what a month of learning came to, for each learner, as JSON with one chart.

Grain: (user_id, month), by the learner's own calendar days. Source: app.question_attempts, app.questions,
the boards of the month. Table: warehouse.monthly_learner_reports. DAG: monthly_learner_reports (the 1st,
12:30 UTC, when the month is over everywhere).
"""
