-- Members for whom the job is not switched on; buckets as in include/batch/flags.py.
DELETE FROM {members} AS member
WHERE NOT CASE %(state)s
    WHEN 'listed' THEN user_id = ANY (%(listed)s::bigint[])
    WHEN 'percent' THEN
        ('x' || substr(md5(%(flag)s || ':' || user_id), 1, 8))::bit(32)::bigint %% 100 < %(percent)s
    ELSE false END
