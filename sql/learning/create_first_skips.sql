-- The first skip of each learner and question of a window; grain: learner and question. See
-- create_first_answers for what counts.
CREATE TEMPORARY TABLE first_skips ON COMMIT DROP AS
SELECT user_id, question_id, min(answered_at) AS skipped_at
FROM app.sound_attempts
WHERE skipped
  AND answered_at >= %(starts_at)s AND answered_at < %(ends_at)s
  AND received_at < %(ends_at)s + interval '72 hours'
GROUP BY user_id, question_id
