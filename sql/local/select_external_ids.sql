-- Grain: external id of each of the users named by internal id.
SELECT external_id FROM app.users WHERE user_id = ANY (%(users)s::bigint[]) ORDER BY external_id
