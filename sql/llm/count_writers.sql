-- Who wrote the published results of a run, and why not the first model; grain: writer and reason.
SELECT writer, writer_reason, count(*) AS users
FROM {table}
WHERE {column} = %(first)s AND run_id = %(run_id)s
GROUP BY 1, 2
ORDER BY 3 DESC, 1, 2
