-- Grain: one row per user and entry; the newer import wins, and the last copy in it. What is known already is left
-- alone, and so are entries that show a coaching message.
INSERT INTO app.journal_entries AS known (user_id, entry_id, written_at, local_day, body, import_id)
SELECT DISTINCT ON (users.user_id, incoming.entry_id)
    users.user_id,
    incoming.entry_id,
    incoming.written_at,
    incoming.local_day,
    incoming.body,
    %(import_id)s
FROM {incoming} AS incoming
JOIN app.users AS users USING (external_id)
ORDER BY users.user_id, incoming.entry_id, incoming.position DESC
ON CONFLICT (user_id, entry_id) DO UPDATE SET
    written_at = EXCLUDED.written_at,
    local_day = EXCLUDED.local_day,
    body = EXCLUDED.body,
    import_id = EXCLUDED.import_id,
    stored_at = EXCLUDED.stored_at
WHERE known.source = 'user'
  AND (known.written_at, known.local_day, known.body)
      IS DISTINCT FROM (EXCLUDED.written_at, EXCLUDED.local_day, EXCLUDED.body)
