-- Grain: one row, the external id of the user whose brief of a week has most to show.
SELECT person.external_id
FROM warehouse.weekly_health_briefs AS brief
JOIN app.users AS person USING (user_id)
WHERE brief.week_of = %(week_of)s
ORDER BY (brief.outcome = 'complete') DESC, brief.insight_count DESC, length(brief.brief::text) DESC, person.external_id
LIMIT 1
