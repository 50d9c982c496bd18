-- The provider has it, under this id; grain: batch.
UPDATE llm.batches SET status = 'submitted', provider_id = %(provider_id)s WHERE batch_id = %(batch_id)s
