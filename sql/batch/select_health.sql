-- How a job's last runs went: newest completion, users, and the median seconds a user; grain: one row.
-- Of each recent period the newest whole run and the waves after it.
WITH ended AS (
    SELECT *, max(started_at) FILTER (WHERE metadata #>> '{request,scope}' = 'all')
                  OVER (PARTITION BY period) AS begun_anew
    FROM ops.job_execution_log
    WHERE job_name = %(job_name)s AND completed_at IS NOT NULL
      AND metadata #>> '{request,scope}' IN ('all', 'missing')
), current AS (
    SELECT * FROM ended WHERE begun_anew IS NULL OR started_at >= begun_anew
), recent AS (
    SELECT period FROM current GROUP BY period ORDER BY max(completed_at) DESC LIMIT %(periods)s
)
SELECT (SELECT max(completed_at) FROM ended WHERE status = 'completed' AND users_processed > 0),
       coalesce(sum(users_processed), 0), coalesce(sum(users_failed), 0),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_seconds / users_processed)
           FILTER (WHERE users_processed >= %(minimum_users)s)
FROM current JOIN recent USING (period)
