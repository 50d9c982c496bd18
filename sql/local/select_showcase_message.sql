-- A message of a tick to show: the best that is about what somebody wrote; grain: one row, or none.
SELECT users.external_id, made.message_type, made.type_reason, made.subject, made.message_content,
       made.push_notification_text, made.effectiveness_rating, made.recommended_action, made.simulator, made.writer,
       made.generation_attempt, made.context_used, made.user_timezone, made.user_time_preference, made.scheduled_for,
       plan.next_due_at
FROM warehouse.coaching_messages AS made
JOIN app.users USING (user_id)
JOIN warehouse.coaching_schedule AS plan USING (user_id)
WHERE made.tick = %(tick)s AND made.was_sent
ORDER BY made.effectiveness_rating DESC, json_array_length(made.context_used -> 'entries') DESC, user_id
LIMIT 1
