-- The facts' distribution in up to four published periods before this one; grain: (period, metric).
WITH earlier AS (
    SELECT period, run_id FROM ops.published_periods
    WHERE job_name = %(job_name)s AND period < %(period)s ORDER BY period DESC LIMIT 4
)
SELECT period, metric, sum(users)::int, sum(with_value)::int, sum(total), sum(squares)
FROM ops.fact_profiles JOIN earlier USING (period, run_id)
WHERE job_name = %(job_name)s
GROUP BY period, metric ORDER BY period DESC, metric
