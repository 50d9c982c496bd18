-- Percentiles of the users' weekly means, per cohort and for all; grain: (cohort, metric).
-- Monday to Saturday only: those days are over everywhere when the first wave starts, so that every
-- wave and every re-run of the week finds the same. Large populations are sampled, one user in `every`.
INSERT INTO ops.cohort_summaries (week_of, cohort, metric, users, quantiles, run_id)
WITH means AS (
    SELECT user_id, avg(steps) AS steps, avg(active_minutes) AS active_minutes, avg(calories) AS calories,
           avg(sleep_minutes) AS sleep_minutes, avg(time_in_bed) AS time_in_bed,
           avg(resting_heart_rate) AS resting_heart_rate, avg(hrv) AS hrv, avg(spo2) AS spo2,
           avg(weight) AS weight, avg(glucose) AS glucose, avg(stress) AS stress
    FROM generate_series(%(first_user)s::bigint, %(last_user)s::bigint, %(every)s::bigint) AS sampled (user_id)
    JOIN app.daily_health USING (user_id)
    WHERE day BETWEEN %(monday)s::date AND %(saturday)s::date
    GROUP BY user_id
), long AS (
    SELECT cohort, metric, value
    FROM means JOIN app.users USING (user_id)
    CROSS JOIN LATERAL (VALUES
        ('steps', steps), ('active_minutes', active_minutes), ('calories', calories),
        ('sleep_minutes', sleep_minutes), ('time_in_bed', time_in_bed),
        ('resting_heart_rate', resting_heart_rate), ('hrv', hrv), ('spo2', spo2), ('weight', weight),
        ('glucose', glucose), ('stress', stress)) AS measured (metric, value)
    CROSS JOIN LATERAL (VALUES ('all'), (age_band || '|' || sex)) AS belongs (cohort)
    WHERE value >= 0 AND value < 'Infinity' AND cohort IS NOT NULL
)
SELECT %(week_of)s, cohort, metric, count(*),
       percentile_cont(ARRAY(SELECT step / 100.0::float8 FROM generate_series(0, 100) AS step))
           WITHIN GROUP (ORDER BY value)::real[],
       %(run_id)s
FROM long
GROUP BY cohort, metric HAVING count(*) >= 20
