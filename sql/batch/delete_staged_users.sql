-- Take users out of a staging table, before they are made again or because they failed. A join: a bound
-- array of thousands of ids would be searched through for every row.
DELETE FROM {staged} AS made
USING unnest(%(users)s::bigint[]) AS gone (user_id)
WHERE made.user_id = gone.user_id
