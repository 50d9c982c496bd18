-- Statistics for the planner at once; a batch may follow before autovacuum does.
ANALYZE app.users, app.daily_health, app.lab_results, app.user_preferences, app.questions,
    app.question_attempts, app.searches, app.coaching_config, app.journal_entries, app.engagement_events
