-- Learners who are not on the board as they should be; grain: learner. Ranks are found in another way than they
-- were made: each row against the row before it in the stable order. Who shares a place is looked for only where places
-- and rows differ in number, and the tallies are compared learner by learner only where all together differ.
WITH misranked AS (
    SELECT board.user_id
    FROM {results} AS board LEFT JOIN {results} AS before ON before.position = board.position - 1
    WHERE board.position <> 1 AND before.user_id IS NULL
       OR (before.attempts, before.correct, -before.user_id) < (board.attempts, board.correct, -board.user_id)
       OR board.rank <> CASE WHEN (before.attempts, before.correct) = (board.attempts, board.correct)
                             THEN before.rank ELSE board.position END
), shared AS (
    SELECT user_id
    FROM (SELECT user_id, count(*) OVER (PARTITION BY position) AS learners FROM {results}) AS places
    WHERE learners > 1 AND (SELECT count(*) <> max(position) FROM {results})
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
FROM (SELECT user_id FROM misranked UNION SELECT user_id FROM shared UNION SELECT user_id FROM mistold) AS wrong
