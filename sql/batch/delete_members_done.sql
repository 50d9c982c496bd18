-- Keep only the users without a published result or a place in the retry queue.
DELETE FROM {members} AS member
WHERE EXISTS (SELECT 1 FROM {table} AS done
              WHERE done.user_id = member.user_id AND done.{column} = %(first)s)
   OR EXISTS (SELECT 1 FROM ops.job_retry_queue AS queued
              WHERE queued.job_name = %(job_name)s AND queued.period = %(period)s
                AND queued.user_id = member.user_id)
