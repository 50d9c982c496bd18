-- Dead letters start over.
UPDATE ops.job_retry_queue SET status = 'pending', retry_count = 0, died_at = NULL, next_retry_at = %(now)s
WHERE status = 'dead'
