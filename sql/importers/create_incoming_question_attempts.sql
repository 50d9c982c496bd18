-- Grain: one row per source row; of several copies of an event the one that was received first counts.
CREATE TEMPORARY TABLE incoming_question_attempts (
    position     bigint GENERATED ALWAYS AS IDENTITY,
    external_id  text NOT NULL,
    event_id     uuid NOT NULL,
    question     text NOT NULL,
    answered_at  timestamptz NOT NULL,
    received_at  timestamptz NOT NULL,
    utc_offset   smallint,
    correct      boolean NOT NULL,
    skipped      boolean NOT NULL,
    response_ms  integer
) ON COMMIT DROP
