-- The frozen cohort summaries of a week: the run's own, or else the published, which are the oldest, since a
-- publication deletes all others; grain: (cohort, metric).
SELECT cohort, metric, users, quantiles FROM ops.cohort_summaries
WHERE week_of = %(week_of)s
  AND run_id = (SELECT coalesce(max(run_id) FILTER (WHERE run_id = %(run_id)s), min(run_id))
                FROM ops.cohort_summaries WHERE week_of = %(week_of)s)
ORDER BY cohort, metric
