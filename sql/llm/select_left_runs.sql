-- Other runs of a job whose unfinished batches hold texts that this run waits for; grain: run.
SELECT DISTINCT run_id FROM llm.batches
WHERE job_name = %(job_name)s AND run_id <> %(run_id)s AND status IN ('building', 'sending', 'submitted')
  AND EXISTS (SELECT 1 FROM llm.calls
              JOIN llm.requests AS mine ON mine.run_id = %(run_id)s AND mine.facts_key = calls.facts_key
              WHERE calls.batch_id = batches.batch_id AND mine.status = 'pending')
ORDER BY run_id
