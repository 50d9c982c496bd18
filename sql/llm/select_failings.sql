-- Why calls of runs gave no text; grain: model, status and reason.
SELECT model, status, reason, count(*) AS calls, sum(cost_usd)::float8 AS cost_usd
FROM llm.calls
WHERE run_id = ANY (%(runs)s::bigint[]) AND status IN ('refused', 'lost', 'free')
GROUP BY 1, 2, 3
ORDER BY 1, 4 DESC, 3
