-- Grain: one row per user; the last row of a user counts. What it does not say stays as it was: an empty cell never
-- takes back an opt-out. Settings that are the same already are left alone, and so is the schedule, which follows
-- them by trigger.
INSERT INTO app.coaching_config AS known (user_id, enable_coaching_messages, frequency, time_preference)
SELECT DISTINCT ON (users.user_id)
    users.user_id,
    coalesce(incoming.enable_coaching_messages, before.enable_coaching_messages, true),
    coalesce(incoming.frequency, before.frequency, 'daily'),
    coalesce(incoming.time_preference, before.time_preference, 'morning')
FROM {incoming} AS incoming
JOIN app.users AS users USING (external_id)
LEFT JOIN app.coaching_config AS before ON before.user_id = users.user_id
ORDER BY users.user_id, incoming.position DESC
ON CONFLICT (user_id) DO UPDATE SET
    enable_coaching_messages = EXCLUDED.enable_coaching_messages,
    frequency = EXCLUDED.frequency,
    time_preference = EXCLUDED.time_preference,
    updated_at = EXCLUDED.updated_at
WHERE (known.enable_coaching_messages, known.frequency, known.time_preference)
      IS DISTINCT FROM (EXCLUDED.enable_coaching_messages, EXCLUDED.frequency, EXCLUDED.time_preference)
