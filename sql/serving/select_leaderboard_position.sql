-- Where a user stands on a board; grain: one row, none for who is not on it.
SELECT position FROM serving.leaderboard_rows_v1
WHERE board = %(board)s AND period = %(period)s AND user_id = %(user_id)s
