-- Why requests of a run left their rungs; grain: facts.
SELECT facts_key, reason FROM llm.requests
WHERE run_id = %(run_id)s AND facts_key = ANY (%(keys)s) AND reason IS NOT NULL
