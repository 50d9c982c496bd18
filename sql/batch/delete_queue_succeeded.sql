-- Members with a result of their own leave the queue.
DELETE FROM ops.job_retry_queue AS queued
USING {staged} AS made
WHERE queued.job_name = %(job_name)s AND queued.period = %(period)s
  AND queued.user_id = made.user_id AND {its_own}
