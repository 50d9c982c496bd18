-- Calls of which nobody knows what became, messages or those of one batch; grain: call.
SELECT call_id, calls.facts_key, calls.model, calls.reserved_usd::float8, day, rung, calls.attempt, failures
FROM llm.calls JOIN llm.requests USING (run_id, facts_key)
WHERE run_id = %(run_id)s AND calls.status = 'sent' AND batch_id IS NOT DISTINCT FROM %(batch_id)s
