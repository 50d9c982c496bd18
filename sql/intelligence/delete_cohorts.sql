-- A whole run computes the week's cohorts anew.
DELETE FROM ops.cohort_summaries WHERE week_of = %(week_of)s
