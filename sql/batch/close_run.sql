-- The end of a run, as it went.
UPDATE ops.job_execution_log SET
    status = %(status)s, completed_at = %(now)s,
    duration_seconds = extract(epoch FROM %(now)s - started_at),
    users_processed = %(processed)s, users_successful = %(successful)s, users_failed = %(failed)s,
    success_rate = CASE WHEN %(processed)s > 0 THEN 100.0 * %(successful)s / %(processed)s END,
    error_message = %(error)s, metadata = metadata || %(metadata)s
WHERE id = %(run_id)s
