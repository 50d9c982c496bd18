-- The writer of a job; grain: one row or none.
SELECT writer, models, run_cap_usd::float8, day_cap_usd::float8, in_flight, experiment, queue_limit
FROM llm.writer_settings WHERE job_name = %(job_name)s
