-- Published rows of users who have a new result; who has none keeps the old one.
DELETE FROM {table} AS live
WHERE live.{column} = %(period)s::text::date
  AND EXISTS (SELECT 1 FROM {results} AS made WHERE made.user_id = live.user_id)
