-- Learners who are not on the board as they should be; grain: learner. Ranks are found in another way than they
-- were made: each row against the row before it in the stable order.
SELECT user_id, 'ranked' AS check_name, 'hard' AS severity,
       'not on the board, or not with this tally, position or rank' AS reason
FROM (
    SELECT coalesce(board.user_id, members.user_id) AS user_id, board.position, board.rank,
           board.attempts, board.correct, members.attempts AS attempts_due, members.correct AS correct_due,
           lag(position, 1, 0) OVER ordered AS position_before, lag(rank) OVER ordered AS rank_before,
           lag(board.attempts) OVER ordered AS attempts_before,
           lag(board.correct) OVER ordered AS correct_before, lag(board.user_id) OVER ordered AS user_before
    FROM {results} AS board FULL JOIN {members} AS members USING (user_id)
    WINDOW ordered AS (ORDER BY position)
) AS rows
WHERE (attempts, correct) IS DISTINCT FROM (attempts_due, correct_due)
   OR position <> position_before + 1
   OR (attempts_before, correct_before, -user_before) < (attempts, correct, -user_id)
   OR rank <> CASE WHEN (attempts_before, correct_before) = (attempts, correct) THEN rank_before ELSE position END
