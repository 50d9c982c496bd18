-- Searches of a week that found nothing; grain: learner and text.
SELECT user_id, query, count(*)::int AS times
FROM app.searches
WHERE results = 0
  AND searched_at >= %(starts_at)s AND searched_at < %(ends_at)s
  AND received_at < %(ends_at)s + interval '72 hours'
GROUP BY user_id, query
ORDER BY query, user_id
