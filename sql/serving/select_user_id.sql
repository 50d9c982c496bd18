-- Grain: one row, the internal id of one external id; none for an unknown user.
SELECT user_id
FROM serving.users_v1
WHERE external_id = %(external_id)s
