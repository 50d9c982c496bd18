-- Calls of a batch whose results came, with what they asked for; grain: call.
SELECT call_id, model, reserved_usd::float8, day, facts_key, calls.user_id, calls.prompt_version, facts, rung,
       calls.attempt, failures, refused_text, problems
FROM llm.calls JOIN llm.requests USING (run_id, facts_key)
WHERE batch_id = %(batch_id)s AND call_id = ANY (%(calls)s) AND calls.status = 'sent'
