-- Whether there is daily data; when a question was last answered, by a clock that can be right; and the time zone
-- in which most learners live; grain: one row.
SELECT EXISTS (SELECT 1 FROM app.daily_health),
       (SELECT max(answered_at) FROM app.question_attempts WHERE NOT skipped AND answered_at <= received_at),
       (SELECT mode() WITHIN GROUP (ORDER BY time_zone) FROM app.users
        WHERE EXISTS (SELECT 1 FROM app.question_attempts WHERE question_attempts.user_id = users.user_id))
