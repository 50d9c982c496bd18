-- A batch that is being written down; grain: batch.
INSERT INTO llm.batches (job_name, run_id) VALUES (%(job_name)s, %(run_id)s) RETURNING batch_id
