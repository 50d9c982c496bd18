-- What a published run froze is from now on the week's; one that froze nothing of its own used what there was.
DELETE FROM ops.cohort_summaries
WHERE week_of = %(week_of)s AND run_id <> %(run_id)s
  AND EXISTS (SELECT FROM ops.cohort_summaries WHERE week_of = %(week_of)s AND run_id = %(run_id)s)
