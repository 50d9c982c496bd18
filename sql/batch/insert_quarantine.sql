-- Users refused by a check, with the reason; grain: one row a failed check.
INSERT INTO ops.quarantine (job_name, period, user_id, run_id, check_name, reason, severity)
SELECT %(job_name)s, %(period)s, user_id, %(run_id)s, check_name, reason, severity
FROM unnest(%(users)s::bigint[], %(checks)s::text[], %(reasons)s::text[], %(severities)s::text[])
     AS refused (user_id, check_name, reason, severity)
