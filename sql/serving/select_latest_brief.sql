-- Grain: one row, the newest brief of one user; none where nothing was published for them.
SELECT week_of, brief::text AS body, extract(epoch FROM generated_at)::float8 AS generated_at
FROM serving.weekly_briefs_v1
WHERE user_id = %(user_id)s
ORDER BY week_of DESC
LIMIT 1
