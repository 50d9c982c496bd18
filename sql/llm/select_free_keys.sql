-- Facts that a run would pay nothing for: the ledger has a text, or knows that every model fails; grain: facts.
SELECT facts_key FROM llm.answers WHERE facts_key = ANY (%(keys)s) AND model = ANY (%(models)s)
UNION
SELECT facts_key FROM llm.dead_ends WHERE facts_key = ANY (%(keys)s) AND model = ANY (%(models)s)
GROUP BY facts_key HAVING count(*) = cardinality(%(models)s::text[])
