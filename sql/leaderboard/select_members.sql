-- The learners of a board with their tallies; grain: learner. An answer counts in the period in which it was
-- given, if it arrived within 72 hours of its end.
INSERT INTO {members} (user_id, ready, attempts, correct)
SELECT user_id, true, count(*), count(*) FILTER (WHERE correct)
FROM app.answers
WHERE answered_at >= %(starts_at)s AND answered_at < %(ends_at)s
  AND received_at < %(ends_at)s + interval '72 hours'
GROUP BY user_id
