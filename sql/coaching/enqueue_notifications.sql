-- One notice a user and local day for a message that is sent; grain: message. It is worth nothing after its window.
INSERT INTO ops.notification_outbox (user_id, kind, period, payload)
SELECT user_id, 'coaching_message', local_day::text,
       jsonb_build_object('message_id', message_id, 'text', push_notification_text, 'send_before', send_before)
FROM {coaching_messages} WHERE was_sent
ON CONFLICT (user_id, kind, period) DO NOTHING
