-- The internal ids of several external ones; grain: user who is known.
SELECT place, user_id FROM serving.users_of(%(external_ids)s::text[])
