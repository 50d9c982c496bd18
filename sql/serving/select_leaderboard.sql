-- A board as it is served, its first hundred with names; grain: one row, the newest where no period is named.
SELECT board.period, learners,
       NOT EXISTS (SELECT 1 FROM serving.leaderboards_v1 AS later
                   WHERE later.board = board.board AND later.period > board.period) AS is_newest,
       json_build_object(
           'board', board.board, 'period', board.period, 'state', state, 'learners', learners,
           'updated_at', updated_at AT TIME ZONE 'UTC', 'restated_at', restated_at AT TIME ZONE 'UTC',
           'leaderboard', (
               SELECT coalesce(json_agg(json_build_object(
                   'rank', rank, 'user_id', user_id, 'name', name, 'attempts', attempts, 'accuracy', accuracy
               ) ORDER BY position), '[]')
               FROM serving.leaderboard_rows_v1 AS ranked
               WHERE ranked.board = %(board)s AND ranked.period = board.period AND position <= 100)
       )::text AS body
FROM serving.leaderboards_v1 AS board
WHERE board.board = %(board)s AND (%(period)s::date IS NULL OR board.period = %(period)s::date)
ORDER BY board.period DESC
LIMIT 1
