-- Grain: one row per source row; of several copies of an event the one that was received first counts.
CREATE TEMPORARY TABLE incoming_searches (
    position     bigint GENERATED ALWAYS AS IDENTITY,
    external_id  text NOT NULL,
    event_id     uuid NOT NULL,
    query        text NOT NULL,
    results      integer NOT NULL,
    searched_at  timestamptz NOT NULL,
    received_at  timestamptz NOT NULL
) ON COMMIT DROP
