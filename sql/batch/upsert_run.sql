-- Open (or, after a clear, re-open) the log row of a run; grain: run.
INSERT INTO ops.job_execution_log (job_name, job_id, period, status, started_at, metadata)
VALUES (%(job_name)s, %(job_id)s, %(period)s, 'running', %(now)s, %(metadata)s)
ON CONFLICT (job_id) DO UPDATE SET
    status = 'running', started_at = excluded.started_at, completed_at = NULL, duration_seconds = NULL,
    users_processed = 0, users_successful = 0, users_failed = 0, success_rate = NULL,
    error_message = NULL, metadata = excluded.metadata
RETURNING id
