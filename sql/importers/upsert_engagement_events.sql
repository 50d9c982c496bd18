-- Grain: one row per user and event; of several copies the one that was received first counts.
INSERT INTO app.engagement_events AS known (
    user_id, event_id, component, action, insight_key, coaching_message_id, engagement_time, scroll_depth,
    brief_week, user_segment, occurred_at, received_at
)
SELECT DISTINCT ON (users.user_id, incoming.event_id)
    users.user_id,
    incoming.event_id,
    incoming.component,
    incoming.action,
    incoming.insight_key,
    incoming.coaching_message_id,
    incoming.engagement_time,
    incoming.scroll_depth,
    incoming.brief_week,
    incoming.user_segment,
    incoming.occurred_at,
    incoming.received_at
FROM {incoming} AS incoming
JOIN app.users AS users USING (external_id)
ORDER BY users.user_id, incoming.event_id, incoming.received_at, incoming.position
ON CONFLICT (user_id, event_id) DO UPDATE SET
    component = EXCLUDED.component,
    action = EXCLUDED.action,
    insight_key = EXCLUDED.insight_key,
    coaching_message_id = EXCLUDED.coaching_message_id,
    engagement_time = EXCLUDED.engagement_time,
    scroll_depth = EXCLUDED.scroll_depth,
    brief_week = EXCLUDED.brief_week,
    user_segment = EXCLUDED.user_segment,
    occurred_at = EXCLUDED.occurred_at,
    received_at = EXCLUDED.received_at
WHERE EXCLUDED.received_at < known.received_at
