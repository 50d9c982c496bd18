-- Members who had neither a result nor a place in the queue: they add to the eligible; grain: one row.
SELECT count(*) FROM {members} AS member
WHERE NOT EXISTS (SELECT 1 FROM {table} AS done
                  WHERE done.user_id = member.user_id AND done.{column} = %(first)s)
  AND NOT EXISTS (SELECT 1 FROM ops.job_retry_queue AS queued
                  WHERE queued.job_name = %(job_name)s AND queued.period = %(period)s
                    AND queued.user_id = member.user_id)
