-- One process at a time writes a run's texts; a dead one's lock goes with its connection.
SELECT pg_try_advisory_lock(hashtextextended('llm:' || %(run_id)s::bigint, 0))
