-- A whole run computes the week's cohorts anew, for itself.
DELETE FROM ops.cohort_summaries WHERE week_of = %(week_of)s AND run_id = %(run_id)s
