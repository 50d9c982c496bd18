-- What is noted about a run; grain: one row.
SELECT metadata FROM ops.job_execution_log WHERE id = %(run_id)s
