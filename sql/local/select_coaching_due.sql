-- Users with coaching whose message is due by a moment, and those who have no due time yet; grain: user. The columns
-- after the external id are those of include/coaching/models.py: Due. Who has waited longest comes first.
SELECT external_id, user_id, frequency, time_preference, time_zone, next_due_at, last_message_day, failures, tries,
       tries_day
FROM warehouse.coaching_schedule
JOIN app.coaching_config USING (user_id)
JOIN app.users USING (user_id)
WHERE enabled AND (next_due_at <= %(until)s OR next_due_at IS NULL)
ORDER BY next_due_at NULLS LAST, user_id
