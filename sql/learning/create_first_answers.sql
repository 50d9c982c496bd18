-- The first answer of each learner to each question of a window; grain: learner and question.
-- As on the boards, an answer counts that was received within 72 hours of the window's end.
CREATE TEMPORARY TABLE first_answers ON COMMIT DROP AS
SELECT DISTINCT ON (user_id, question_id) user_id, question_id, answered_at, correct, response_ms
FROM app.answers
WHERE answered_at >= %(starts_at)s AND answered_at < %(ends_at)s
  AND received_at < %(ends_at)s + interval '72 hours'
ORDER BY user_id, question_id, answered_at, event_id
