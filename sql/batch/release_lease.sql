-- Give the lease of a period back, if it is still ours.
DELETE FROM ops.job_leases
WHERE job_name = %(job_name)s AND period = %(period)s AND run_id = %(run_id)s
