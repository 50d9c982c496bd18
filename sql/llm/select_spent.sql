-- What the texts of these facts cost in a run, refused and lost ones too; grain: facts.
SELECT facts_key, sum(cost_usd)::float8 FROM llm.calls
WHERE run_id = %(run_id)s AND facts_key = ANY (%(keys)s) GROUP BY facts_key
