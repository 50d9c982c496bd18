-- The newest coaching messages of a user, newest first, as they are served; grain: one row. Where the screen showed
-- help instead, and no message was sent since, there is that and no message.
WITH support AS (
    SELECT resources, text, shown_at
    FROM serving.coaching_support_v1
    WHERE user_id = %(user_id)s AND shown_at > now() - interval '7 days'
      AND NOT EXISTS (SELECT FROM serving.coaching_messages_v1 AS later
                      WHERE later.user_id = %(user_id)s AND later.created_at > shown_at)
    ORDER BY shown_at DESC
    LIMIT 1
), messages AS (
    SELECT message_id, created_at, message_type, message_content, push_notification_text, scheduled_for
    FROM serving.coaching_messages_v1
    WHERE user_id = %(user_id)s AND NOT EXISTS (SELECT FROM support)
    ORDER BY created_at DESC
    LIMIT 20
)
SELECT json_build_object(
           'support', (SELECT json_build_object('resources', resources, 'text', text, 'shownAt', shown_at)
                       FROM support),
           'messages', coalesce(json_agg(json_build_object(
               'messageId', message_id, 'createdAt', created_at, 'messageType', message_type,
               'messageContent', message_content, 'pushNotificationText', push_notification_text,
               'scheduledFor', scheduled_for) ORDER BY created_at DESC), '[]'))::text AS body,
       extract(epoch FROM coalesce(max(created_at), (SELECT shown_at FROM support)))::float8 AS generated_at,
       count(*) = 0 AND NOT EXISTS (SELECT FROM support) AS is_empty
FROM messages
