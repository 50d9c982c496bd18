-- Give the place of a run's writer back; grain: one row.
SELECT pg_advisory_unlock(hashtextextended('llm:' || %(run_id)s::bigint, 0))
