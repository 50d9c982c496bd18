-- Rows of a board by position, as they are served; grain: learner.
SELECT user_id, (SELECT row_to_json(told) FROM (SELECT rank, user_id, name, attempts, accuracy) AS told)::text
FROM serving.leaderboard_rows_v1
WHERE board = %(board)s AND period = %(period)s AND position BETWEEN %(first)s AND %(last)s
ORDER BY position
