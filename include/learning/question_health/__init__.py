"""Question health: how difficult, telling, skipped and slow each question is, and which need a look.

Grain: (question_id, week_of), over the 90 days (UTC) before that Monday. Source: app.question_attempts.
Table: warehouse.question_health. DAG: question_health (Monday 03:00 UTC). A week's rows are replaced in one
transaction; there is no work per user, so it has no shards.
"""
