-- What a user chose, or what holds without a choice, as it is served; grain: one row.
SELECT (to_jsonb(preferences) - 'user_id')::text AS body, NULL::float8 AS generated_at, false AS is_empty
FROM serving.preferences_v1 AS preferences
WHERE user_id = %(user_id)s
