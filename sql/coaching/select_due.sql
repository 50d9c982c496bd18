-- Settings and schedule of these users; grain: user.
SELECT user_id, frequency, time_preference, time_zone, next_due_at, last_message_day, failures, tries, tries_day
FROM warehouse.coaching_schedule
JOIN app.coaching_config USING (user_id)
JOIN app.users USING (user_id)
WHERE user_id = ANY (%(users)s)
ORDER BY user_id
