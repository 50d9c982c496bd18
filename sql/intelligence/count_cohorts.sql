-- Whether a week's cohorts are there; grain: one row.
SELECT count(*) FROM ops.cohort_summaries WHERE week_of = %(week_of)s
