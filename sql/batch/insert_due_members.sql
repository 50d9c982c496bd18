-- The due users of a period become the members of a retry; grain: user.
INSERT INTO {members} (user_id, ready)
SELECT user_id, true FROM ops.job_retry_queue
WHERE job_name = %(job_name)s AND period = %(period)s AND status = 'pending' AND next_retry_at <= %(now)s
