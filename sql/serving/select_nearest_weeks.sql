-- Grain: one row per week with a brief of one external id; the five nearest to a date.
SELECT brief.week_of
FROM warehouse.weekly_health_briefs AS brief
JOIN app.users AS person USING (user_id)
WHERE person.external_id = %(external_id)s
ORDER BY abs(brief.week_of - coalesce(%(week_of)s::date, current_date)), brief.week_of
LIMIT 5
