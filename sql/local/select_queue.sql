-- Grain: (job, period, attempts, reason) of the users who wait in the retry queue, or who gave up.
SELECT job_name, period, count(*) AS users, count(*) FILTER (WHERE next_retry_at <= %(now)s) AS due,
       min(next_retry_at), max(died_at), retry_count, max_retries, last_error
FROM ops.job_retry_queue
WHERE status = %(status)s AND (%(job_name)s::text IS NULL OR job_name = %(job_name)s)
GROUP BY job_name, period, retry_count, max_retries, last_error
ORDER BY job_name, period, min(next_retry_at), users DESC, last_error
