-- Texts of runs that the first model did not write; grain: rung where they are now, status and reason.
SELECT rung, status, reason, count(*) AS texts
FROM llm.requests
WHERE run_id = ANY (%(runs)s::bigint[]) AND (reason IS NOT NULL OR status IN ('pending', 'sent'))
GROUP BY 1, 2, 3
ORDER BY 1, 4 DESC, 3
