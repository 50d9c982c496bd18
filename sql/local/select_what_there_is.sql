-- Whether there is daily data, and when a question was last answered, by a clock that can be right; one row.
SELECT EXISTS (SELECT 1 FROM app.daily_health),
       (SELECT max(answered_at) FROM app.question_attempts WHERE NOT skipped AND answered_at <= received_at)
