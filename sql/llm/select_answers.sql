-- The ledger's answers to these facts, of the model first asked that has one; grain: facts.
SELECT DISTINCT ON (facts_key) facts_key, model, answer FROM llm.answers
WHERE facts_key = ANY (%(keys)s) AND model = ANY (%(models)s)
ORDER BY facts_key, array_position(%(models)s::text[], model)
