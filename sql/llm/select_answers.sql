-- The ledger's answers to these facts, of the model first asked that has one, with what they cost in
-- this run; grain: facts.
SELECT DISTINCT ON (facts_key) facts_key, model, answer,
    (SELECT coalesce(sum(cost_usd), 0) FROM llm.calls
     WHERE calls.run_id = %(run_id)s AND calls.facts_key = answers.facts_key)::float8 AS cost_usd
FROM llm.answers
WHERE facts_key = ANY (%(keys)s) AND model = ANY (%(models)s)
ORDER BY facts_key, array_position(%(models)s::text[], model)
