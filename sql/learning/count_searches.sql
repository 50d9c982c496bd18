-- Searches of a week, with and without a result; one row.
SELECT count(*) FROM app.searches
WHERE searched_at >= %(starts_at)s AND searched_at < %(ends_at)s
  AND received_at < %(ends_at)s + interval '72 hours'
