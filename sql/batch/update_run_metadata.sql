-- Add facts about a run to its log row.
UPDATE ops.job_execution_log SET metadata = metadata || %(metadata)s WHERE id = %(run_id)s
