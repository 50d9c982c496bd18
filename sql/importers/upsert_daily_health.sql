-- Grain: one row per user and day. The newer import wins, per metric that its file carries; a day that
-- says what is known already is left alone, and a new day without any value gives no row.
INSERT INTO app.daily_health AS known (
    user_id, day, steps, active_minutes, calories, sleep_minutes, time_in_bed, resting_heart_rate,
    hrv, spo2, weight, glucose, stress, mood, import_id
)
SELECT DISTINCT ON (users.user_id, incoming.day)
    users.user_id,
    incoming.day,
    incoming.steps,
    incoming.active_minutes,
    incoming.calories,
    incoming.sleep_minutes,
    incoming.time_in_bed,
    incoming.resting_heart_rate,
    incoming.hrv,
    incoming.spo2,
    incoming.weight,
    incoming.glucose,
    incoming.stress,
    incoming.mood,
    %(import_id)s
FROM {incoming} AS incoming
JOIN app.users AS users USING (external_id)
ORDER BY users.user_id, incoming.day, incoming.position DESC
ON CONFLICT (user_id, day) DO UPDATE SET
    steps = CASE WHEN 'steps' = ANY(%(carried)s) THEN EXCLUDED.steps ELSE known.steps END,
    active_minutes = CASE WHEN 'active_minutes' = ANY(%(carried)s) THEN EXCLUDED.active_minutes
        ELSE known.active_minutes END,
    calories = CASE WHEN 'calories' = ANY(%(carried)s) THEN EXCLUDED.calories ELSE known.calories END,
    sleep_minutes = CASE WHEN 'sleep_minutes' = ANY(%(carried)s) THEN EXCLUDED.sleep_minutes
        ELSE known.sleep_minutes END,
    time_in_bed = CASE WHEN 'time_in_bed' = ANY(%(carried)s) THEN EXCLUDED.time_in_bed
        ELSE known.time_in_bed END,
    resting_heart_rate = CASE WHEN 'resting_heart_rate' = ANY(%(carried)s) THEN EXCLUDED.resting_heart_rate
        ELSE known.resting_heart_rate END,
    hrv = CASE WHEN 'hrv' = ANY(%(carried)s) THEN EXCLUDED.hrv ELSE known.hrv END,
    spo2 = CASE WHEN 'spo2' = ANY(%(carried)s) THEN EXCLUDED.spo2 ELSE known.spo2 END,
    weight = CASE WHEN 'weight' = ANY(%(carried)s) THEN EXCLUDED.weight ELSE known.weight END,
    glucose = CASE WHEN 'glucose' = ANY(%(carried)s) THEN EXCLUDED.glucose ELSE known.glucose END,
    stress = CASE WHEN 'stress' = ANY(%(carried)s) THEN EXCLUDED.stress ELSE known.stress END,
    mood = CASE WHEN 'mood' = ANY(%(carried)s) THEN EXCLUDED.mood ELSE known.mood END,
    import_id = EXCLUDED.import_id
WHERE ('steps' = ANY(%(carried)s) AND EXCLUDED.steps IS DISTINCT FROM known.steps)
    OR ('active_minutes' = ANY(%(carried)s)
        AND EXCLUDED.active_minutes IS DISTINCT FROM known.active_minutes)
    OR ('calories' = ANY(%(carried)s) AND EXCLUDED.calories IS DISTINCT FROM known.calories)
    OR ('sleep_minutes' = ANY(%(carried)s)
        AND EXCLUDED.sleep_minutes IS DISTINCT FROM known.sleep_minutes)
    OR ('time_in_bed' = ANY(%(carried)s) AND EXCLUDED.time_in_bed IS DISTINCT FROM known.time_in_bed)
    OR ('resting_heart_rate' = ANY(%(carried)s)
        AND EXCLUDED.resting_heart_rate IS DISTINCT FROM known.resting_heart_rate)
    OR ('hrv' = ANY(%(carried)s) AND EXCLUDED.hrv IS DISTINCT FROM known.hrv)
    OR ('spo2' = ANY(%(carried)s) AND EXCLUDED.spo2 IS DISTINCT FROM known.spo2)
    OR ('weight' = ANY(%(carried)s) AND EXCLUDED.weight IS DISTINCT FROM known.weight)
    OR ('glucose' = ANY(%(carried)s) AND EXCLUDED.glucose IS DISTINCT FROM known.glucose)
    OR ('stress' = ANY(%(carried)s) AND EXCLUDED.stress IS DISTINCT FROM known.stress)
    OR ('mood' = ANY(%(carried)s) AND EXCLUDED.mood IS DISTINCT FROM known.mood)
