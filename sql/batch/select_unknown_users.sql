-- External ids that no user has; grain: id.
SELECT external_id FROM unnest(%(users)s::text[]) AS external_id
WHERE NOT EXISTS (SELECT 1 FROM app.users WHERE users.external_id = external_id.external_id)
