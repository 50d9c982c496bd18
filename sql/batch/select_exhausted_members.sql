-- Members without a result on their last attempt; grain: user.
SELECT user_id
FROM {members} AS member JOIN ops.job_retry_queue AS queued USING (user_id)
WHERE queued.job_name = %(job_name)s AND queued.period = %(period)s
  AND retry_count + 1 >= max_retries
  AND NOT EXISTS (SELECT 1 FROM {staged} AS made WHERE made.user_id = member.user_id)
ORDER BY user_id
