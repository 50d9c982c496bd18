-- Whether the provider has said no to a whole run; grain: one row or none.
SELECT reason FROM llm.requests
WHERE run_id = %(run_id)s AND status = 'fallen' AND reason = ANY (%(reasons)s) LIMIT 1
