-- Grain: one row, the brief of one external id for one week, or the newest where no week is named.
SELECT brief.week_of, brief.outcome, brief.brief
FROM warehouse.weekly_health_briefs AS brief
JOIN app.users AS person USING (user_id)
WHERE person.external_id = %(external_id)s
  AND (%(week_of)s::date IS NULL OR brief.week_of = %(week_of)s::date)
ORDER BY brief.week_of DESC
LIMIT 1
