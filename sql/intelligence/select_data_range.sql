-- How many users there are, and the first and last day of data; grain: one row.
SELECT (SELECT count(*) FROM app.users), min(day), max(day) FROM app.daily_health
