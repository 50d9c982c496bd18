-- How many learners of a board changed or lost their name in the last so many seconds; grain: one row.
SELECT count(*)
FROM app.name_changes
WHERE changed_at > clock_timestamp() - %(age)s * interval '1 second'
  AND user_id IN (SELECT user_id FROM serving.leaderboard_rows_v1
                  WHERE board = %(board)s AND period = %(period)s)
