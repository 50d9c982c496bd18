-- Learners who have no row on the board, or not with their tally; grain: learner.
SELECT user_id, 'ranked' AS check_name, 'hard' AS severity, 'no row on the board, or with another tally' AS reason
FROM {members} AS members LEFT JOIN {results} AS board USING (user_id)
WHERE (board.attempts, board.correct) IS DISTINCT FROM (members.attempts, members.correct)
