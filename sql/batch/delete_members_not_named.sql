-- Keep only the users named by external id.
DELETE FROM {members}
WHERE user_id NOT IN (SELECT user_id FROM app.users WHERE external_id = ANY (%(users)s))
