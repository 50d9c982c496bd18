-- The provider is about to be asked; grain: batch.
UPDATE llm.batches SET status = 'sending', requests = %(requests)s, bytes = %(bytes)s, sent_at = %(now)s
WHERE batch_id = %(batch_id)s
