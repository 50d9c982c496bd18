-- Grain: one row per source row; the highest position of a user's day wins.
CREATE TEMPORARY TABLE incoming_daily_health (
    position            bigint GENERATED ALWAYS AS IDENTITY,
    external_id         text NOT NULL,
    day                 date NOT NULL,
    steps               real,
    active_minutes      real,
    calories            real,
    sleep_minutes       real,
    time_in_bed         real,
    resting_heart_rate  real,
    hrv                 real,
    spo2                real,
    weight              real,
    glucose             real,
    stress              real,
    mood                text
) ON COMMIT DROP
