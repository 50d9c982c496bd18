"""Weekly intelligence: one health brief and three to five insights per user and week.

Grain: (user_id, week_of). Source: app.daily_health, app.lab_results, app.user_preferences.
Tables: warehouse.weekly_health_briefs, warehouse.health_insights, ops.cohort_summaries.
DAGs: weekly_intelligence (Monday 02:00 UTC) and weekly_intelligence_second_wave (12:30 UTC).
"""
