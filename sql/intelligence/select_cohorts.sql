-- The frozen cohort summaries of a week; grain: (cohort, metric).
SELECT cohort, metric, users, quantiles FROM ops.cohort_summaries WHERE week_of = %(week_of)s
ORDER BY cohort, metric
