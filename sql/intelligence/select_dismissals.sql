-- Insights dismissed in the week before the Monday, as they stood then; grain: (user, insight).
SELECT DISTINCT user_id, insight_key
FROM app.insight_dismissals
WHERE user_id BETWEEN %(first)s AND %(last)s
  AND dismissed_at >= %(week_of)s::date - 7 AND dismissed_at < %(week_of)s::date
