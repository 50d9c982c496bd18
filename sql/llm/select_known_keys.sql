-- Which of these facts the ledger can answer; grain: facts.
SELECT DISTINCT facts_key FROM llm.answers
WHERE facts_key = ANY (%(keys)s) AND model = ANY (%(models)s)
