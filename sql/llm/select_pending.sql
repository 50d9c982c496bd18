-- Requests that may be sent now, in the order of the index: a whole country waits; grain: facts.
SELECT facts_key, user_id, prompt_version, facts, rung, attempt, failures, refused_text, problems
FROM llm.requests
WHERE run_id = %(run_id)s AND status = 'pending' AND not_before <= %(now)s
ORDER BY rung, not_before LIMIT %(most)s
