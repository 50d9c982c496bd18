-- Grain: one row per source row; the highest position of a user counts.
CREATE TEMPORARY TABLE incoming_coaching_config (
    position                  bigint GENERATED ALWAYS AS IDENTITY,
    external_id               text NOT NULL,
    enable_coaching_messages  boolean,
    frequency                 text,
    time_preference           text
) ON COMMIT DROP
