-- The first answer of each learner to each question of a window; grain: learner and question.
-- Counted as on the boards: received within 72 hours of the window's end, not answered after it was
-- received, nor before there was any question.
CREATE TEMPORARY TABLE first_answers ON COMMIT DROP AS
SELECT DISTINCT ON (user_id, question_id) user_id, question_id, answered_at, correct, response_ms
FROM app.question_attempts
WHERE NOT skipped
  AND answered_at >= %(starts_at)s AND answered_at < %(ends_at)s
  AND received_at < %(ends_at)s + interval '72 hours'
  AND answered_at <= received_at + interval '5 minutes'
  AND answered_at >= (SELECT min(created_at) FROM app.questions)
ORDER BY user_id, question_id, answered_at, event_id
