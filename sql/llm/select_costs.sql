-- What runs' calls came to; grain: model, prompt version, and whether by batch.
SELECT model, prompt_version, batch_id IS NOT NULL AS by_batch, count(*) AS calls,
       count(*) FILTER (WHERE status = 'answered') AS answered,
       count(*) FILTER (WHERE status = 'refused') AS refused,
       count(*) FILTER (WHERE status = 'lost') AS lost,
       count(*) FILTER (WHERE status = 'free') AS free,
       count(*) FILTER (WHERE status = 'sent') AS on_the_way,
       coalesce(sum(input_tokens), 0) AS input_tokens,
       coalesce(sum(output_tokens), 0) AS output_tokens,
       coalesce(sum(cache_read_tokens), 0) AS cache_read_tokens,
       coalesce(sum(cache_write_tokens), 0) AS cache_write_tokens,
       sum(cost_usd)::float8 AS cost_usd,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY latency_ms) AS p50_ms,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY latency_ms) AS p95_ms
FROM llm.calls
WHERE run_id = ANY (%(runs)s::bigint[])
GROUP BY 1, 2, 3
ORDER BY cost_usd DESC, model, prompt_version
