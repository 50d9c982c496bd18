-- What is cut out of a user's newest brief; grain: component, each as it is served. No row without a brief.
WITH newest AS (
    SELECT week_of, outcome, generated_at, velocity, systems, timeline, patterns, comparative, insights
    FROM serving.brief_components_v1
    WHERE user_id = %(user_id)s
    ORDER BY week_of DESC
    LIMIT 1
), parts (name, days, part) AS (
    SELECT part.* FROM newest, LATERAL (VALUES
        ('velocity', 7, velocity -> '7'), ('velocity', 28, velocity -> '28'), ('velocity', 90, velocity -> '90'),
        ('systems', NULL, systems), ('timeline', NULL, timeline), ('patterns', NULL, patterns),
        ('comparative', NULL, comparative), ('insights', NULL, insights)
    ) AS part
)
SELECT name || coalesce(':' || days, '') AS name,
       CASE WHEN days IS NULL
            THEN json_build_object('week_of', week_of, 'outcome', outcome, name, part)
            ELSE json_build_object('week_of', week_of, 'outcome', outcome, 'range', days, name, part) END::text AS body,
       extract(epoch FROM generated_at)::float8 AS generated_at,
       coalesce(part::text, 'null') IN ('null', '{}', '[]') AS is_empty
FROM newest CROSS JOIN parts
