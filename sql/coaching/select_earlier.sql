-- The last messages that these users were sent before the tick, and what followed until then; grain: message, newest first.
SELECT wanted.user_id, sent.message_type, sent.subject, sent.local_day,
       coalesce(what.opened, false), coalesce(what.answered, false), coalesce(what.dismissed, false)
FROM unnest(%(users)s::bigint[]) AS wanted (user_id)
CROSS JOIN LATERAL (
    SELECT message_id, message_type, subject, local_day, created_at FROM warehouse.coaching_messages
    WHERE coaching_messages.user_id = wanted.user_id AND was_sent AND tick < %(tick)s
    ORDER BY tick DESC LIMIT 10
) AS sent
CROSS JOIN LATERAL (
    SELECT bool_or(action = 'view') AS opened, bool_or(action = 'action_taken') AS answered,
           bool_or(action = 'dismiss') AS dismissed
    FROM app.engagement_events
    WHERE coaching_message_id = sent.message_id AND component = 'coaching_message' AND occurred_at <= %(tick)s
) AS what
