-- The range of user ids; grain: one row.
SELECT min(user_id), max(user_id), count(*) FROM app.users
