-- A batch that is being written down; grain: batch.
INSERT INTO llm.batches (run_id) VALUES (%(run_id)s) RETURNING batch_id
