-- Contiguous ranges of eligible users of equal size; grain: shard.
SELECT (number - 1) / %(size)s AS shard, min(user_id), max(user_id), count(*)
FROM (SELECT user_id, row_number() OVER (ORDER BY user_id) AS number FROM {members}) AS numbered
GROUP BY shard ORDER BY shard
