-- Grain: one row, the Monday after the newest complete week in which at least half of the users with
-- daily data have some; where no week has so many, the week with the most of them. Weeks run Monday to
-- Sunday and are complete when the data reach their Sunday.
WITH weeks AS (
    SELECT date_trunc('week', day)::date AS monday, count(DISTINCT user_id) AS users
    FROM app.daily_health
    GROUP BY 1
), complete AS (
    SELECT monday + 7 AS week_of, users
    FROM weeks
    WHERE monday + 6 <= (SELECT max(day) FROM app.daily_health)
)
SELECT week_of
FROM complete
ORDER BY
    2 * users >= (SELECT count(DISTINCT user_id) FROM app.daily_health) DESC,
    CASE WHEN 2 * users >= (SELECT count(DISTINCT user_id) FROM app.daily_health)
         THEN week_of END DESC NULLS LAST,
    users DESC,
    week_of DESC
LIMIT 1
