-- When the next waiting request of a run may be sent; NULL = none waits; grain: one row.
SELECT min(not_before) FROM llm.requests WHERE run_id = %(run_id)s AND status = 'pending'
