-- Runs whose texts a model could write, the newest 20, of one period or all; grain: run.
SELECT run.id, run.job_name, run.period, run.metadata -> 'writer' ->> 'writer' AS writer,
       ARRAY(SELECT jsonb_array_elements_text(run.metadata -> 'writer' -> 'models')) AS models,
       run.metadata ->> 'provider' AS provider, coalesce(run.metadata -> 'rungs', '{}') AS rungs,
       coalesce(run.metadata -> 'reasons', '{}') AS reasons, count(call_id) AS calls,
       coalesce(sum(CASE WHEN calls.status = 'sent' THEN reserved_usd ELSE cost_usd END), 0)::float8 AS cost_usd,
       coalesce(sum(reserved_usd) FILTER (WHERE calls.status IN ('sent', 'lost')), 0)::float8 AS open_usd,
       array_agg(DISTINCT day) FILTER (WHERE day IS NOT NULL) AS days
FROM ops.job_execution_log AS run LEFT JOIN llm.calls ON run_id = run.id
WHERE run.metadata -> 'writer' ->> 'writer' <> 'template'
  AND (%(period)s::text IS NULL OR run.period = %(period)s)
GROUP BY run.id
ORDER BY run.id DESC
LIMIT 20
