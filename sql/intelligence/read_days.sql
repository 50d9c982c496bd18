-- Thirteen weeks of a range of users; grain: user. One packed string a user: per day its offset in the
-- window (0..90, two bytes) and every metric (four bytes each), `none` where there is none, since NaN is what a source
-- may hold; mood labels of the week; the newest import used.
SELECT user_id,
       string_agg(int2send((day - %(first_day)s::date)::int2)
           || float4send(coalesce(steps, %(none)s)) || float4send(coalesce(active_minutes, %(none)s))
           || float4send(coalesce(calories, %(none)s)) || float4send(coalesce(sleep_minutes, %(none)s))
           || float4send(coalesce(time_in_bed, %(none)s)) || float4send(coalesce(resting_heart_rate, %(none)s))
           || float4send(coalesce(hrv, %(none)s)) || float4send(coalesce(spo2, %(none)s))
           || float4send(coalesce(weight, %(none)s)) || float4send(coalesce(glucose, %(none)s))
           || float4send(coalesce(stress, %(none)s)), ''),
       coalesce(string_agg(mood, E'\n' ORDER BY day) FILTER (WHERE day >= %(monday)s::date), ''),
       max(import_id)
FROM app.daily_health
WHERE user_id BETWEEN %(first)s AND %(last)s
  AND day BETWEEN %(first_day)s::date AND %(sunday)s::date
  AND (%(only)s::bigint[] IS NULL OR user_id = ANY (%(only)s::bigint[]))
GROUP BY user_id ORDER BY user_id
