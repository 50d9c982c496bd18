-- Requests that may be sent now, in the order of the index (backwards), since a whole country waits: first
-- those that left a rung, then second tries; grain: facts.
SELECT facts_key, user_id, prompt_version, facts, rung, attempt, failures, refused_text, problems
FROM llm.requests
WHERE run_id = %(run_id)s AND status = 'pending' AND not_before <= %(now)s
ORDER BY rung DESC, not_before DESC LIMIT %(most)s
