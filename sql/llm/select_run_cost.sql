-- What a run's calls cost; one of which nobody knows counts with all that is reserved; grain: one row.
SELECT coalesce(sum(CASE WHEN status = 'sent' THEN reserved_usd ELSE cost_usd END), 0)::float8
FROM llm.calls
WHERE run_id = %(run_id)s
