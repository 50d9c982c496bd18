-- A whole re-run starts the period's queue anew.
DELETE FROM ops.job_retry_queue WHERE job_name = %(job_name)s AND period = %(period)s
