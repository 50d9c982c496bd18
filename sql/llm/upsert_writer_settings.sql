-- Choose a job's writer; grain: job.
INSERT INTO llm.writer_settings (job_name, writer, models, run_cap_usd, day_cap_usd, in_flight, experiment, queue_limit)
VALUES (%(job_name)s, %(writer)s, %(models)s, %(run_cap_usd)s, %(day_cap_usd)s, %(in_flight)s, %(experiment)s,
        %(queue_limit)s)
ON CONFLICT (job_name) DO UPDATE SET
    writer = excluded.writer, models = excluded.models, run_cap_usd = excluded.run_cap_usd,
    day_cap_usd = excluded.day_cap_usd, in_flight = excluded.in_flight, experiment = excluded.experiment,
    queue_limit = excluded.queue_limit,
    updated_at = now()
