-- A journal entry for each message that is sent, linked both ways; grain: message.
INSERT INTO app.journal_entries (user_id, entry_id, written_at, local_day, source, body, coaching_message_id)
SELECT user_id, journal_entry_id, created_at, local_day, 'coaching', message_content, message_id
FROM {coaching_messages} WHERE was_sent
ON CONFLICT (user_id, entry_id) DO NOTHING
