-- Grain: one row, the place of one external id in the retry queue of a period.
SELECT queued.status, queued.retry_count, queued.max_retries, queued.last_error, queued.next_retry_at
FROM ops.job_retry_queue AS queued
JOIN app.users AS person USING (user_id)
WHERE person.external_id = %(external_id)s AND queued.job_name = %(job_name)s AND queued.period = %(period)s
