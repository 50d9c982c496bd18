-- Grain: run, the newest 20; of one job where one is named, or the run of one id or orchestrator's id.
SELECT id, job_name, job_id, period, status, started_at, duration_seconds, users_processed,
       users_successful, users_failed, error_message, metadata
FROM ops.job_execution_log
WHERE (%(job_name)s::text IS NULL OR job_name = %(job_name)s)
  AND (%(run)s::text IS NULL OR job_id = %(run)s OR id::text = %(run)s)
ORDER BY started_at DESC, id DESC
LIMIT 20
