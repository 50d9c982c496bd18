-- Rows of a board by position; grain: learner.
SELECT rank, user_id, name, attempts, correct
FROM serving.leaderboard_rows_v1
WHERE board = %(board)s AND period = %(period)s AND position BETWEEN %(first)s AND %(last)s
ORDER BY position
