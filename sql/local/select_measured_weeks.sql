-- The weeks with question health, the five nearest to a date; grain: week.
SELECT week_of FROM (SELECT DISTINCT week_of FROM warehouse.question_health) AS measured
ORDER BY abs(week_of - %(week_of)s::date), week_of
LIMIT 5
