-- Calls written down before they are made; grain: call. One already made in this run is left out.
INSERT INTO llm.calls (run_id, batch_id, day, facts_key, user_id, model, prompt_version, attempt, reserved_usd)
SELECT %(run_id)s, %(batch_id)s, %(day)s, *
FROM unnest(%(keys)s::text[], %(users)s::bigint[], %(models)s::text[], %(versions)s::text[],
            %(attempts)s::smallint[], %(reserved)s::numeric[])
ON CONFLICT (run_id, facts_key, model, attempt) WHERE status <> 'free' DO NOTHING
RETURNING call_id, facts_key
