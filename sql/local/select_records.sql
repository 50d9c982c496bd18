-- Grain: one row a check that cleaned or refused something of one user and period.
SELECT run_id, check_name, severity, reason, created_at
FROM ops.quarantine
WHERE job_name = %(job_name)s AND period = %(period)s AND user_id = %(user_id)s
ORDER BY run_id, check_name, reason
