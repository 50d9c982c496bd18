-- Batches of a run that are not over, the oldest first; grain: batch.
SELECT batch_id, provider_id, status, requests, sent_at FROM llm.batches
WHERE run_id = %(run_id)s AND status IN ('building', 'sending', 'submitted') ORDER BY batch_id
