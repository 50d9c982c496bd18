-- One shard's sums of one metric; grain: (run, shard, metric).
INSERT INTO ops.fact_profiles
    (job_name, period, run_id, shard, metric, users, with_value, total, squares)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
