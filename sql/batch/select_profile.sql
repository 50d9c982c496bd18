-- The facts' distribution in a run; grain: metric.
SELECT metric, sum(users)::int, sum(with_value)::int, sum(total), sum(squares)
FROM ops.fact_profiles WHERE run_id = %(run_id)s GROUP BY metric
