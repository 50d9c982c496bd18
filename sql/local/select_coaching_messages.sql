-- The last attempts at messages to a user, without their texts, and what followed; grain: attempt, newest first.
SELECT tick, generation_attempt AS attempt, message_type AS type, type_reason AS reason, subject,
       effectiveness_rating AS rating, split_part(recommended_action, '_', 1) AS action,
       coalesce(failure_reason, 'sent') AS became, writer || ', ' || simulator AS made_by,
       string_agg(DISTINCT event.action, ', ') AS followed
FROM warehouse.coaching_messages AS made
LEFT JOIN app.engagement_events AS event
    ON event.coaching_message_id = made.message_id AND event.user_id = made.user_id
   AND event.component = 'coaching_message'
WHERE made.user_id = %(user_id)s
GROUP BY made.user_id, tick, generation_attempt
ORDER BY tick DESC, generation_attempt DESC LIMIT %(limit)s
