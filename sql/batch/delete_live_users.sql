-- Published rows of users who have a new result of the period; who has none keeps the old one.
DELETE FROM {table} AS live
WHERE live.{column} = %(first)s
  AND EXISTS (SELECT 1 FROM {results} AS made WHERE made.user_id = live.user_id)
