-- Take or extend the lease of a period, if it is free, ours or expired; grain: (job, period).
INSERT INTO ops.job_leases AS held (job_name, period, run_id, expires_at)
VALUES (%(job_name)s, %(period)s, %(run_id)s, clock_timestamp() + make_interval(secs => %(seconds)s))
ON CONFLICT (job_name, period) DO UPDATE SET run_id = excluded.run_id, expires_at = excluded.expires_at
WHERE held.run_id = excluded.run_id OR held.expires_at < clock_timestamp()
RETURNING run_id
