-- Every period of a job that was ever published; grain: period.
SELECT period FROM ops.published_periods WHERE job_name = %(job_name)s
