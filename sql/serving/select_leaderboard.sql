-- The header of a board; grain: one row, the newest board where no period is named.
SELECT board, period, state, learners, updated_at, restated_at, run_id,
       NOT EXISTS (SELECT 1 FROM serving.leaderboards_v1 AS later
                   WHERE later.board = found.board AND later.period > found.period) AS is_newest
FROM serving.leaderboards_v1 AS found
WHERE board = %(board)s AND (%(period)s::date IS NULL OR period = %(period)s::date)
ORDER BY period DESC
LIMIT 1
