-- Members for whom the job is not switched on.
DELETE FROM {members} WHERE NOT ops.is_rolled_out(%(flag)s, user_id)
