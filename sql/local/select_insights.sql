-- Grain: one row an insight of one user and week, best first.
SELECT rank, insight_key, effect_size, confidence, evidence, text
FROM warehouse.health_insights
WHERE user_id = %(user_id)s AND week_of = %(week_of)s
ORDER BY rank
