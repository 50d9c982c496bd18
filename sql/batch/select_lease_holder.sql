-- Who holds the lease of a period; grain: one row.
SELECT job_id, expires_at
FROM ops.job_leases JOIN ops.job_execution_log ON id = run_id
WHERE job_leases.job_name = %(job_name)s AND job_leases.period = %(period)s
