-- Members of a run, and how many of them have a staged result or a place in the queue; grain: one row.
SELECT count(*), count(coalesce(made.user_id, queued.user_id)), count(made.user_id)
FROM {members} AS member
LEFT JOIN (SELECT DISTINCT user_id FROM {staged}) AS made USING (user_id)
LEFT JOIN ops.job_retry_queue AS queued
    ON queued.user_id = member.user_id AND queued.job_name = %(job_name)s AND queued.period = %(period)s
