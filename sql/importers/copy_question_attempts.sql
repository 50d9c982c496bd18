-- Grain: one row per user and event, in the order in which generated rows are encoded.
COPY app.question_attempts (
    user_id, event_id, question_id, answered_at, received_at, utc_offset, correct, skipped, response_ms, import_id
) FROM STDIN (FORMAT binary)
