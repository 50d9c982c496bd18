-- Users made again by a partial run leave the queue.
DELETE FROM ops.job_retry_queue AS queued
WHERE job_name = %(job_name)s AND period = %(period)s
  AND EXISTS (SELECT 1 FROM {members} AS member WHERE member.user_id = queued.user_id)
