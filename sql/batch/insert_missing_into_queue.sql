-- Every eligible user without a staged result is queued, with the reason that was kept; grain: user.
INSERT INTO ops.job_retry_queue (job_name, period, user_id, last_error, next_retry_at)
SELECT %(job_name)s, %(period)s, member.user_id,
       coalesce((SELECT string_agg(DISTINCT reason, '; ') FROM ops.quarantine
                 WHERE run_id = %(run_id)s AND quarantine.user_id = member.user_id AND severity <> 'cleaned'),
                'no result was made'),
       %(next_retry_at)s
FROM {members} AS member
WHERE NOT EXISTS (SELECT 1 FROM {staged} AS made WHERE made.user_id = member.user_id)
ON CONFLICT (job_name, period, user_id) DO UPDATE SET
    last_error = excluded.last_error, next_retry_at = excluded.next_retry_at, status = 'pending'
