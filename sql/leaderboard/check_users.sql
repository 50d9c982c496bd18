-- Learners who are not on the board as they should be; grain: learner. Ranks are found in another way than they
-- were made: each row against the row before it in the stable order. The tallies are compared learner by
-- learner only where those of all together differ.
WITH ordered AS (
    SELECT *, row_number() OVER by_position AS place, lag(rank) OVER by_position AS rank_before,
           lag(attempts) OVER by_position AS attempts_before, lag(correct) OVER by_position AS correct_before,
           lag(user_id) OVER by_position AS user_before
    FROM {results} WINDOW by_position AS (ORDER BY position)
), misranked AS (
    SELECT user_id FROM ordered
    WHERE position <> place
       OR (attempts_before, correct_before, -user_before) < (attempts, correct, -user_id)
       OR rank <> CASE WHEN (attempts_before, correct_before) = (attempts, correct) THEN rank_before
                       ELSE position END
), sums AS (
    SELECT (SELECT (count(*), bit_xor(hash_record_extended((user_id, attempts, correct), 0))) FROM {members})
        IS NOT DISTINCT FROM
           (SELECT (count(*), bit_xor(hash_record_extended((user_id, attempts, correct), 0))) FROM {results})
        AS agree
), mistold AS (
    SELECT coalesce(board.user_id, members.user_id) AS user_id
    FROM {results} AS board FULL JOIN {members} AS members USING (user_id)
    WHERE NOT (SELECT agree FROM sums)
      AND (board.attempts, board.correct) IS DISTINCT FROM (members.attempts, members.correct)
)
SELECT user_id, 'ranked' AS check_name, 'hard' AS severity,
       'not on the board, or not with this tally, position or rank' AS reason
FROM (SELECT user_id FROM misranked UNION SELECT user_id FROM mistold) AS wrong
