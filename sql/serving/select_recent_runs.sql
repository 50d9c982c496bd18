-- How a job's last runs went (serving.recent_runs_v1); grain: one row, or none where it never ran whole.
SELECT completed_at, processed, failed, seconds_per_user
FROM serving.recent_runs_v1(%(periods)s, %(minimum_users)s)
WHERE job_name = %(job_name)s
