-- The board; grain: learner. Order: attempts, then correct, then id; equal attempts and correct share a rank.
INSERT INTO {results} (user_id, period, position, rank, attempts, correct)
SELECT user_id, %(period)s, row_number() OVER ordered,
       rank() OVER (ORDER BY attempts DESC, correct DESC), attempts, correct
FROM {members}
WINDOW ordered AS (ORDER BY attempts DESC, correct DESC, user_id)
