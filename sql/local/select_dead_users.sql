-- Grain: one row a user who gave up, of one job or all.
SELECT queued.job_name, queued.period, person.external_id, queued.died_at, queued.last_error
FROM ops.job_retry_queue AS queued
JOIN app.users AS person USING (user_id)
WHERE queued.status = 'dead' AND (%(job_name)s::text IS NULL OR queued.job_name = %(job_name)s)
ORDER BY queued.job_name, queued.period, person.external_id
