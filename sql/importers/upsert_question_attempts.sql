-- Grain: one row per user and event. Of several copies, in this import or before, the one that was received
-- first counts, whatever the order of loading. Without an offset of the device, that of the user's time zone
-- at the moment; a zone that the database does not know counts as UTC. Rows go in by their time of receipt,
-- so that those of a week stand together.
INSERT INTO app.question_attempts AS known (
    user_id, event_id, question_id, answered_at, received_at, utc_offset, correct, skipped, response_ms, import_id
)
SELECT user_id, event_id, question_id, answered_at, received_at, utc_offset, correct, skipped, response_ms,
    %(import_id)s
FROM (
    SELECT DISTINCT ON (users.user_id, incoming.event_id)
        users.user_id,
        incoming.event_id,
        questions.question_id,
        incoming.answered_at,
        incoming.received_at,
        coalesce(
            incoming.utc_offset,
            extract(epoch FROM (incoming.answered_at AT TIME ZONE coalesce(zones.name, 'UTC'))
                - (incoming.answered_at AT TIME ZONE 'UTC')) / 60
        )::smallint AS utc_offset,
        incoming.correct,
        incoming.skipped,
        incoming.response_ms
    FROM {incoming} AS incoming
    JOIN app.users AS users USING (external_id)
    JOIN app.questions AS questions ON questions.external_id = incoming.question
    LEFT JOIN pg_timezone_names AS zones ON zones.name = users.time_zone
    ORDER BY users.user_id, incoming.event_id, incoming.received_at, incoming.position
) AS events
ORDER BY received_at, answered_at, user_id, event_id
ON CONFLICT (user_id, event_id) DO UPDATE SET
    question_id = EXCLUDED.question_id,
    answered_at = EXCLUDED.answered_at,
    received_at = EXCLUDED.received_at,
    utc_offset = EXCLUDED.utc_offset,
    correct = EXCLUDED.correct,
    skipped = EXCLUDED.skipped,
    response_ms = EXCLUDED.response_ms,
    import_id = EXCLUDED.import_id,
    stored_at = EXCLUDED.stored_at
WHERE EXCLUDED.received_at < known.received_at
