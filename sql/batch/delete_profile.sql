-- Forget a shard's sums before it is made again.
DELETE FROM ops.fact_profiles WHERE run_id = %(run_id)s AND shard = %(shard)s
