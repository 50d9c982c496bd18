-- The outcomes of a period and the eligible users they add up to; grain: one row.
SELECT eligible,
    (SELECT coalesce(jsonb_object_agg(outcome, users), '{{}}') FROM (
        SELECT {outcome} AS outcome, count(*) AS users FROM {table} AS made
        WHERE made.{column} = %(first)s
          AND NOT EXISTS (SELECT 1 FROM ops.job_retry_queue AS queued
                          WHERE queued.job_name = %(job_name)s AND queued.period = %(period)s
                            AND queued.user_id = made.user_id)
        GROUP BY 1
        UNION ALL
        SELECT status, count(*) FROM ops.job_retry_queue
        WHERE job_name = %(job_name)s AND period = %(period)s GROUP BY status) AS outcomes)
FROM ops.published_periods WHERE job_name = %(job_name)s AND period = %(period)s
