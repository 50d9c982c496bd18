-- What a paid call of late came to, over the newest 10,000; grain: model, and whether by batch. Fewer than
-- 20 calls are no mean to go by: they are often the hard ones, that another model gave up.
SELECT model, by_batch, count(*) AS calls, avg(input_tokens)::float8, avg(output_tokens)::float8,
       avg(cache_read_tokens)::float8, avg(cache_write_tokens)::float8,
       count(*) / greatest(count(*) FILTER (WHERE status = 'answered'), 1)::float8 AS calls_a_text
FROM (
    SELECT *, batch_id IS NOT NULL AS by_batch FROM llm.calls
    WHERE status IN ('answered', 'refused') AND starts_with(prompt_version, %(prompts)s)
    ORDER BY call_id DESC LIMIT 10000
) AS newest
GROUP BY 1, 2
HAVING count(*) >= 20
