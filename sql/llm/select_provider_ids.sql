-- Which of these the ledger knows already; grain: batch.
SELECT provider_id FROM llm.batches WHERE provider_id = ANY (%(provider_ids)s)
