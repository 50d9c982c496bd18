-- The members of a run within a range of ids, in order; grain: user.
SELECT user_id FROM {members} WHERE user_id BETWEEN %(first)s AND %(last)s ORDER BY user_id
