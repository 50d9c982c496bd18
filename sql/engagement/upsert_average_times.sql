-- The average seconds on a brief, over those that were shown, of users of whom an event came in between two moments;
-- grain: user. Only where it changed, since a dismissal of the user waits for the row.
WITH averages AS (
    SELECT user_id, round(avg(engagement_time)::numeric, 1)::double precision AS seconds
    FROM app.notification_state
    WHERE user_id IN (
        SELECT user_id FROM app.engagement_events
        WHERE received_at >= %(starts_at)s AND received_at < %(ends_at)s AND component = ANY (%(components)s))
    GROUP BY user_id
)
INSERT INTO app.user_preferences (user_id, avg_engagement_time)
SELECT user_id, seconds FROM averages LEFT JOIN app.user_preferences AS chosen USING (user_id)
WHERE chosen.avg_engagement_time IS DISTINCT FROM seconds
ON CONFLICT (user_id) DO UPDATE SET avg_engagement_time = excluded.avg_engagement_time
