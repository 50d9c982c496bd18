-- Everybody as one shard; grain: one row, none without members.
SELECT 0, min(user_id), max(user_id), count(*) FROM {members} HAVING count(*) > 0
