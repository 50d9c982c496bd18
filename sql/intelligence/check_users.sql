-- Checks of every user's staged result; grain: one row a failed check.
-- hard: the brief exists and its velocity is a score or declared impossible (NULL).
-- soft, as a score of five: at least 3 insights, patterns looked for, data newer than 7 days,
-- components; a brief for want of data is exempt from insights and freshness.
WITH insights AS (
    SELECT user_id, count(*) AS found FROM {health_insights} GROUP BY user_id
), checked AS (
    SELECT members.user_id,
        brief.user_id IS NOT NULL AS brief_exists,
        coalesce(brief.velocity BETWEEN 0 AND 100, true) AS velocity_sane,
        brief.outcome = 'insufficient_data' OR coalesce(insights.found, 0) >= 3 AS insights_enough,
        brief.patterns_searched AS patterns_searched,
        brief.outcome = 'insufficient_data' OR brief.days_since_data < 7 AS fresh,
        brief.components_ok >= 6 AS components_enough,
        coalesce(insights.found, 0) = brief.insight_count AS insights_counted
    FROM {members} AS members
    LEFT JOIN {weekly_health_briefs} AS brief USING (user_id)
    LEFT JOIN insights USING (user_id)
)
SELECT user_id, check_name, severity, reason
FROM checked CROSS JOIN LATERAL (VALUES
    ('brief_exists', 'hard', 'no brief was made', NOT brief_exists),
    ('velocity_sane', 'hard', 'velocity outside 0 to 100', NOT velocity_sane),
    ('insights_counted', 'hard', 'insight rows and the brief disagree', NOT insights_counted),
    ('insights_enough', 'soft', 'fewer than 3 insights', NOT insights_enough),
    ('patterns_searched', 'soft', 'patterns were not looked for', NOT patterns_searched),
    ('fresh', 'soft', 'newest data is 7 days old or older', NOT fresh),
    ('components_enough', 'soft', '80 percent or less of the components succeeded', NOT components_enough)
) AS result (check_name, severity, reason, failed)
WHERE failed
  AND (NOT brief_exists OR NOT velocity_sane OR NOT insights_counted
       OR (insights_enough::int + patterns_searched::int + fresh::int + components_enough::int + 1) / 5.0 <= 0.8)
  AND (brief_exists OR check_name = 'brief_exists')
