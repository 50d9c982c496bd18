-- All daily rows, where select_only_generated_days says that they are generated.
TRUNCATE app.daily_health
