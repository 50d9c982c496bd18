-- Facts that a model could not put into a true text; grain: facts and model.
INSERT INTO llm.dead_ends (facts_key, model, reason)
SELECT * FROM unnest(%(keys)s::text[], %(models)s::text[], %(reasons)s::text[])
ON CONFLICT (facts_key, model) DO NOTHING
