-- Insights of the newest brief of these users that was delivered by the tick; grain: insight, best first.
SELECT user_id, insight_key, kind, metric, direction, confidence, evidence, text, week_of
FROM (
    SELECT *, max(week_of) OVER (PARTITION BY user_id) AS newest FROM warehouse.health_insights
    WHERE user_id = ANY (%(users)s)
      AND week_of <= (%(tick)s AT TIME ZONE 'UTC')::date
      AND week_of > (%(tick)s AT TIME ZONE 'UTC')::date - 21
) AS known
WHERE week_of = newest
ORDER BY user_id, rank
