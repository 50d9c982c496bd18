-- Thirteen weeks of a range of users; grain: user. One array a user: per day its offset in the window
-- (0..90) and every metric, NaN where there is none; mood labels of the week; the newest import used.
SELECT user_id,
       array_agg(ARRAY[(day - %(first_day)s::date)::real,
           coalesce(steps, 'NaN'), coalesce(active_minutes, 'NaN'), coalesce(calories, 'NaN'),
           coalesce(sleep_minutes, 'NaN'), coalesce(time_in_bed, 'NaN'),
           coalesce(resting_heart_rate, 'NaN'), coalesce(hrv, 'NaN'), coalesce(spo2, 'NaN'),
           coalesce(weight, 'NaN'), coalesce(glucose, 'NaN'), coalesce(stress, 'NaN')]),
       coalesce(string_agg(mood, E'\n' ORDER BY day) FILTER (WHERE day >= %(monday)s::date), ''),
       max(import_id)
FROM app.daily_health
WHERE user_id BETWEEN %(first)s AND %(last)s
  AND day BETWEEN %(first_day)s::date AND %(sunday)s::date
  AND (%(only)s::bigint[] IS NULL OR user_id = ANY (%(only)s::bigint[]))
GROUP BY user_id ORDER BY user_id
