-- Nothing more will come of it; grain: batch.
UPDATE llm.batches SET status = %(status)s, collected_at = now() WHERE batch_id = %(batch_id)s
