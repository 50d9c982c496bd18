-- How each batch is doing; grain: job that ever ran. Rates in percent over the last seven days; money in US dollars.
WITH newest AS (
    SELECT DISTINCT ON (job_name) job_name, id, period, status, started_at, duration_seconds, users_processed,
           users_failed, error_message
    FROM ops.job_execution_log ORDER BY job_name, started_at DESC, id DESC
), week AS (
    SELECT job_name, count(*) AS runs, count(*) FILTER (WHERE status = 'failed') AS failed_runs,
           100.0 * sum(users_successful) / nullif(sum(users_processed), 0) AS success_rate
    FROM ops.job_execution_log WHERE started_at > %(now)s - interval '7 days' GROUP BY job_name
), refused AS (
    SELECT run_id, count(DISTINCT user_id) AS users FROM ops.quarantine
    WHERE severity <> 'cleaned' AND run_id IN (SELECT id FROM newest) GROUP BY run_id
), queued AS (
    SELECT job_name, count(*) FILTER (WHERE status = 'pending') AS waiting,
           count(*) FILTER (WHERE status = 'dead') AS dead
    FROM ops.job_retry_queue GROUP BY job_name
), paid AS (
    SELECT log.job_name, sum(calls.cost_usd + CASE calls.status WHEN 'sent' THEN calls.reserved_usd ELSE 0 END) AS usd
    FROM llm.calls JOIN ops.job_execution_log AS log ON log.id = calls.run_id
    WHERE calls.created_at > %(now)s - interval '7 days' GROUP BY log.job_name
)
SELECT newest.job_name, period, status, started_at, duration_seconds, users_processed, users_failed, error_message,
       coalesce(week.runs, 0) AS runs, coalesce(week.failed_runs, 0) AS failed_runs, week.success_rate,
       coalesce(refused.users, 0) AS quarantined, coalesce(queued.waiting, 0) AS waiting,
       coalesce(queued.dead, 0) AS dead, coalesce(paid.usd, 0) AS cost_usd
FROM newest
LEFT JOIN week USING (job_name)
LEFT JOIN refused ON refused.run_id = newest.id
LEFT JOIN queued USING (job_name)
LEFT JOIN paid USING (job_name)
ORDER BY job_name
