-- Periods with users due for another attempt; grain: (job, period).
SELECT job_name, period, count(*) FROM ops.job_retry_queue
WHERE status = 'pending' AND next_retry_at <= %(now)s
GROUP BY job_name, period ORDER BY min(next_retry_at)
