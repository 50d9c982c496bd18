-- The newest week that was published for anybody; grain: one row, NULL where none was.
SELECT max(period::date) FROM ops.published_periods WHERE job_name = %(job)s
