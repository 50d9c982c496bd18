-- Where the screen held something back, resources are shown instead of coaching: one notice a user and local day.
-- It names no reason, since it may stand on a locked screen.
INSERT INTO ops.notification_outbox (user_id, kind, period, payload)
SELECT DISTINCT user_id, 'support_resources', local_day::text, jsonb_build_object('resources', resources)
FROM {coaching_safety} JOIN {members} USING (user_id)
ON CONFLICT (user_id, kind, period) DO NOTHING
