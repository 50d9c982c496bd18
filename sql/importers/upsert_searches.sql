-- Grain: one row per user and event; of several copies the one that was received first counts.
INSERT INTO app.searches AS known (user_id, event_id, query, results, searched_at, received_at, import_id)
SELECT user_id, event_id, query, results, searched_at, received_at, %(import_id)s
FROM (
    SELECT DISTINCT ON (users.user_id, incoming.event_id)
        users.user_id,
        incoming.event_id,
        incoming.query,
        incoming.results,
        incoming.searched_at,
        incoming.received_at
    FROM {incoming} AS incoming
    JOIN app.users AS users USING (external_id)
    ORDER BY users.user_id, incoming.event_id, incoming.received_at, incoming.position
) AS events
ORDER BY received_at, searched_at, user_id, event_id
ON CONFLICT (user_id, event_id) DO UPDATE SET
    query = EXCLUDED.query,
    results = EXCLUDED.results,
    searched_at = EXCLUDED.searched_at,
    received_at = EXCLUDED.received_at,
    import_id = EXCLUDED.import_id
WHERE EXCLUDED.received_at < known.received_at
