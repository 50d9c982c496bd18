-- Grain: one row, the brief of one user and week; none where that week has none.
SELECT week_of, brief::text AS body, extract(epoch FROM generated_at)::float8 AS generated_at
FROM serving.weekly_briefs_v1
WHERE user_id = %(user_id)s AND week_of = %(week_of)s
