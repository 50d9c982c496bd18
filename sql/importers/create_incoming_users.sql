-- Grain: one row per source row; the highest position of a user wins.
CREATE TEMPORARY TABLE incoming_users (
    position        bigint GENERATED ALWAYS AS IDENTITY,
    external_id     text NOT NULL,
    display_name    text,
    time_zone       text,
    age_band        text,
    sex             text,
    last_active_at  timestamptz
) ON COMMIT DROP
