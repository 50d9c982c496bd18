-- Grain: one row per user and day, in the order in which generated rows are encoded.
COPY app.daily_health (
    user_id, day, steps, active_minutes, calories, sleep_minutes, time_in_bed, resting_heart_rate,
    hrv, spo2, weight, glucose, stress, mood, import_id
) FROM STDIN (FORMAT binary)
