-- Users who gave up since a moment; grain: one row.
SELECT count(*) FROM ops.job_retry_queue WHERE status = 'dead' AND died_at >= %(since)s
