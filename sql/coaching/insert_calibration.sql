-- How the messages that were sent in a week were taken by those whom they were for, by predicted rating; grain: week
-- and rating. However often a message was opened, it is one.
WITH followed AS (
    SELECT sent.message_id, sent.effectiveness_rating,
           coalesce(bool_or(action = 'view'), false) AS opened,
           coalesce(bool_or(action = 'action_taken'), false) AS answered,
           coalesce(bool_or(action = 'dismiss'), false) AS dismissed
    FROM warehouse.coaching_messages AS sent
    LEFT JOIN app.engagement_events AS event
        ON event.coaching_message_id = sent.message_id AND event.user_id = sent.user_id
       AND event.component = 'coaching_message'
       AND event.occurred_at >= sent.tick AND event.occurred_at < sent.tick + %(within)s
    WHERE sent.was_sent AND sent.tick >= %(starts_at)s AND sent.tick < %(ends_at)s
    GROUP BY sent.message_id, sent.effectiveness_rating
)
INSERT INTO warehouse.coaching_calibration (week_of, rating, messages, opened, answered, dismissed, run_id)
SELECT %(week_of)s, effectiveness_rating, count(*), count(*) FILTER (WHERE opened),
       count(*) FILTER (WHERE answered), count(*) FILTER (WHERE dismissed), %(run_id)s
FROM followed GROUP BY effectiveness_rating
