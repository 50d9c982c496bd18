-- Grain: one row per user that was not known, in the order of the file. Known users are left out
-- beforehand, since an insert that conflicts would use up a user_id.
INSERT INTO app.users (external_id)
SELECT incoming.external_id
FROM {incoming} AS incoming
WHERE NOT EXISTS (SELECT FROM app.users AS known WHERE known.external_id = incoming.external_id)
GROUP BY incoming.external_id
ORDER BY min(incoming.position)
ON CONFLICT (external_id) DO NOTHING
