-- The call that an answer of the ledger came from, and whom its run asked; grain: facts and model.
SELECT calls.call_id, calls.run_id, calls.created_at, calls.batch_id IS NOT NULL AS by_batch, calls.attempt,
       coalesce(calls.input_tokens + calls.cache_read_tokens + calls.cache_write_tokens, 0) AS tokens_in,
       calls.output_tokens AS tokens_out, calls.cost_usd::float8, calls.latency_ms,
       run.metadata ->> 'provider' AS provider
FROM llm.answers JOIN llm.calls USING (call_id)
LEFT JOIN ops.job_execution_log AS run ON run.id = calls.run_id
WHERE answers.facts_key = %(facts_key)s AND answers.model = %(model)s
