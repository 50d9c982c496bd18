-- Eligible users of a week; grain: user. Enabled and in turn (as of the Monday),
-- with a value in the 28 days before; ready where the local week is over (an unknown zone counts as UTC).
INSERT INTO {members} (user_id, ready)
WITH over AS (
    SELECT name FROM pg_timezone_names
    WHERE (%(week_of)s::date::timestamp AT TIME ZONE name) <= %(now)s
)
SELECT users.user_id,
       %(now)s >= %(week_of)s::date::timestamp AT TIME ZONE 'UTC' + interval '12 hours'
       OR users.time_zone IN (SELECT name FROM over)
       OR (users.time_zone NOT IN (SELECT name FROM pg_timezone_names)
           AND %(week_of)s::date::timestamp AT TIME ZONE 'UTC' <= %(now)s)
FROM app.users LEFT JOIN app.preferences_as_of(%(week_of)s::date) AS preferences USING (user_id)
WHERE coalesce(intelligence_generation_enabled, true)
  AND CASE coalesce(intelligence_generation_frequency, 'weekly')
        WHEN 'weekly' THEN true
        WHEN 'biweekly' THEN users.user_id %% 2 = %(parity)s
        WHEN 'monthly' THEN %(first_of_month)s
        ELSE false END
  AND EXISTS (
    SELECT 1 FROM app.daily_health
    WHERE daily_health.user_id = users.user_id
      AND day >= %(week_of)s::date - 28 AND day < %(week_of)s::date
      AND num_nonnulls(steps, active_minutes, calories, sleep_minutes, time_in_bed, resting_heart_rate,
                       hrv, spo2, weight, glucose, stress, mood) > 0)
