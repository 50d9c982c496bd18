-- Good texts into the ledger; grain: facts and model. What is there stays: it was paid for first.
INSERT INTO llm.answers (facts_key, model, prompt_version, answer, call_id)
SELECT * FROM unnest(%(keys)s::text[], %(models)s::text[], %(versions)s::text[], %(answers)s::json[],
                     %(calls)s::bigint[])
ON CONFLICT (facts_key, model) DO NOTHING
