-- Staged rows of a shard, before it is made again.
DELETE FROM {staged} WHERE user_id BETWEEN %(first)s AND %(last)s
