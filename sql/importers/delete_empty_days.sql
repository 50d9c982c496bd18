-- Grain: one row per user and day of this import in which no value is left: no data gives no row.
DELETE FROM app.daily_health AS known
USING {incoming} AS incoming, app.users AS users
WHERE users.external_id = incoming.external_id
  AND known.user_id = users.user_id
  AND known.day = incoming.day
  AND num_nonnulls(
          known.steps, known.active_minutes, known.calories, known.sleep_minutes,
          known.time_in_bed, known.resting_heart_rate, known.hrv, known.spo2, known.weight,
          known.glucose, known.stress, known.mood
      ) = 0
