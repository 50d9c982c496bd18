-- What is published of a period; a part of it (a wave, a repair) adds to the eligible only who is new.
INSERT INTO ops.published_periods AS published (job_name, period, run_id, eligible, in_source)
VALUES (%(job_name)s, %(period)s, %(run_id)s, %(eligible)s, %(in_source)s)
ON CONFLICT (job_name, period) DO UPDATE SET
    run_id = CASE WHEN %(whole)s THEN excluded.run_id ELSE published.run_id END,
    eligible = CASE WHEN %(whole)s THEN excluded.eligible ELSE published.eligible + %(added)s END,
    in_source = CASE WHEN %(whole)s THEN excluded.in_source
                     ELSE greatest(published.in_source, published.eligible + %(added)s) END,
    published_at = clock_timestamp()
