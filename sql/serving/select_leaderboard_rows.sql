-- Rows of a board by position, as they are served; grain: learner.
SELECT user_id, json_build_object(
    'rank', rank, 'user_id', user_id, 'name', name, 'attempts', attempts, 'accuracy', accuracy)::text
FROM serving.leaderboard_rows_v1
WHERE board = %(board)s AND period = %(period)s AND position BETWEEN %(first)s AND %(last)s
ORDER BY position
