-- One attempt more for each member that failed again, dead after the last; a fallback is no success.
UPDATE ops.job_retry_queue AS queued SET
    retry_count = retry_count + 1,
    status = CASE WHEN retry_count + 1 >= max_retries THEN 'dead' ELSE 'pending' END,
    died_at = CASE WHEN retry_count + 1 >= max_retries THEN %(now)s END,
    next_retry_at = %(now)s + %(delay)s * (retry_count + 2),
    last_error = coalesce(
        (SELECT string_agg(DISTINCT reason, '; ') FROM ops.quarantine
         WHERE run_id = %(run_id)s AND quarantine.user_id = queued.user_id AND severity <> 'cleaned'),
        last_error)
FROM {members} AS member
WHERE queued.job_name = %(job_name)s AND queued.period = %(period)s AND queued.user_id = member.user_id
  AND NOT EXISTS (SELECT 1 FROM {staged} AS made
                  WHERE made.user_id = member.user_id AND {its_own})
