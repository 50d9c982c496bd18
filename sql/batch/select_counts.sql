-- Members of a run and how many of them have a staged result; grain: one row.
SELECT count(*), count(made.user_id)
FROM {members} AS member LEFT JOIN {staged} AS made USING (user_id)
