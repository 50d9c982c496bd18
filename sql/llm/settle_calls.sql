-- What became of calls; grain: call. A call that was counted lost and answered all the same is mended.
UPDATE llm.calls SET
    status = s.status, reason = s.reason, cost_usd = s.cost_usd, input_tokens = s.input_tokens,
    output_tokens = s.output_tokens, cache_read_tokens = s.cache_read_tokens,
    cache_write_tokens = s.cache_write_tokens, latency_ms = s.latency_ms, settled_at = now()
FROM unnest(%(calls)s::bigint[], %(statuses)s::text[], %(reasons)s::text[], %(costs)s::numeric[],
            %(inputs)s::int[], %(outputs)s::int[], %(reads)s::int[], %(writes)s::int[], %(latencies)s::int[])
    AS s (call_id, status, reason, cost_usd, input_tokens, output_tokens, cache_read_tokens,
          cache_write_tokens, latency_ms)
WHERE calls.call_id = s.call_id
