-- A board as it is served, its first hundred with names; grain: one row, the newest where no period is named.
SELECT board.period, learners,
       NOT EXISTS (SELECT 1 FROM serving.leaderboards_v1 AS later
                   WHERE later.board = board.board AND later.period > board.period) AS is_newest,
       json_build_object(
           'board', board.board, 'period', board.period, 'state', state, 'learners', learners,
           'updated_at', to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
           'restated_at', to_char(restated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
           'leaderboard', (
               SELECT coalesce(json_agg(told ORDER BY position), '[]')
               FROM (SELECT position, (SELECT row_to_json(shown) FROM
                                           (SELECT rank, user_id, name, attempts, accuracy) AS shown) AS told
                     FROM serving.leaderboard_rows_v1 AS ranked
                     WHERE ranked.board = %(board)s AND ranked.period = board.period AND position <= 100) AS top)
       )::text AS body,
       run_id
FROM serving.leaderboards_v1 AS board
WHERE board.board = %(board)s AND (%(period)s::date IS NULL OR board.period = %(period)s::date)
ORDER BY board.period DESC
LIMIT 1
