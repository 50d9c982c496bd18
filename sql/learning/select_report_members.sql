-- The learners of a month with their answers; grain: learner. Whoever answered or skipped on a local day of the
-- month, by the rules of the boards. Local days of a month lie within 14 hours of it.
INSERT INTO {members} (user_id, ready, attempts)
SELECT user_id, true, count(*) FILTER (WHERE NOT skipped)
FROM app.sound_attempts
WHERE answered_at >= %(starts_at)s - interval '14 hours' AND answered_at < %(ends_at)s + interval '14 hours'
  AND local_day >= %(month)s AND local_day < %(month)s + interval '1 month'
  AND received_at < %(ends_at)s + interval '72 hours'
GROUP BY user_id
