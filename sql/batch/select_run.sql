-- One run by its id; grain: run.
SELECT id, job_name, period, metadata ->> 'code_version', started_at, metadata -> 'request'
FROM ops.job_execution_log WHERE id = %(run_id)s
