-- The chart of a learner's monthly report, an SVG image; grain: one row, the newest where no month is named.
SELECT chart AS body, extract(epoch FROM generated_at)::float8 AS generated_at, chart = '' AS is_empty
FROM serving.monthly_learner_reports_v1
WHERE user_id = %(user_id)s AND (%(month)s::date IS NULL OR month = %(month)s::date)
ORDER BY month DESC
LIMIT 1
