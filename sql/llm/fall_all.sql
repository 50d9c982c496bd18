-- All waiting requests of a run to the template; grain: facts.
UPDATE llm.requests SET status = 'fallen', reason = %(reason)s
WHERE run_id = %(run_id)s AND status = 'pending'
