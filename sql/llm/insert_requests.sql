-- What a run wants written; grain: facts. A second asking (a retried task) changes nothing.
INSERT INTO llm.requests (run_id, facts_key, user_id, prompt_version, facts, not_before)
SELECT %(run_id)s, *, %(not_before)s
FROM unnest(%(keys)s::text[], %(users)s::bigint[], %(versions)s::text[], %(facts)s::text[])
ON CONFLICT (run_id, facts_key) DO NOTHING
