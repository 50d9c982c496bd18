-- Eligible users of up to four published periods before this one; grain: period.
SELECT in_source FROM ops.published_periods
WHERE job_name = %(job_name)s AND period < %(period)s ORDER BY period DESC LIMIT 4
