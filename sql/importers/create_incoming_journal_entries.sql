-- Grain: one row per source row; the highest position of an entry counts.
CREATE TEMPORARY TABLE incoming_journal_entries (
    position     bigint GENERATED ALWAYS AS IDENTITY,
    external_id  text NOT NULL,
    entry_id     uuid NOT NULL,
    written_at   timestamptz NOT NULL,
    local_day    date NOT NULL,
    body         text NOT NULL
) ON COMMIT DROP
