-- Coaching settings and schedule of one user; one row, NULLs where the user has none.
SELECT user_id, time_zone, enable_coaching_messages, frequency, time_preference, next_due_at, last_message_day,
       failures, tries, tries_day, outcome, tick
FROM app.users
LEFT JOIN app.coaching_config USING (user_id)
LEFT JOIN warehouse.coaching_schedule USING (user_id)
WHERE external_id = %(external_id)s
