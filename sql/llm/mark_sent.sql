-- Requests that are on their way; grain: facts.
UPDATE llm.requests SET status = 'sent' WHERE run_id = %(run_id)s AND facts_key = ANY (%(keys)s)
