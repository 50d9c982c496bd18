-- One notice a local day to learners to whom 08:00 came in the hour up to the tick and for whom five reviews or
-- more fall due before that day is over; grain: user. Concepts only, the three with most to review: no text of a
-- question. What this run has staged counts instead of what is published of it. A tick that runs late or again
-- tells nobody of a day that is over.
INSERT INTO ops.notification_outbox (user_id, kind, period, payload)
WITH mornings AS MATERIALIZED (
    SELECT users.user_id, clock.local_day AS day,
           %(tick)s + (clock.local_day + 1 - clock.local_now) AS day_ends
    FROM app.zones_reaching('08:00', %(tick)s) AS clock
    JOIN app.clocks_at(%(now)s) AS present ON present.time_zone = clock.time_zone
    CROSS JOIN LATERAL (
        SELECT user_id FROM app.users WHERE users.time_zone = clock.time_zone
        OFFSET 0  -- zone by zone, by the index: nobody else is looked at
    ) AS users
    LEFT JOIN ops.feature_flags AS rollout ON rollout.flag = %(job_name)s
    WHERE present.local_now::date = clock.local_day
      AND CASE coalesce(rollout.state, 'all')
            WHEN 'all' THEN true
            WHEN 'listed' THEN users.user_id = ANY (rollout.listed)
            WHEN 'percent' THEN
                ('x' || substr(md5(rollout.flag || ':' || users.user_id), 1, 8))::bit(32)::bigint %% 100
                < rollout.percent
            ELSE false END
), due AS (
    SELECT mornings.user_id, day, question_id
    FROM mornings JOIN warehouse.review_schedule AS live ON live.user_id = mornings.user_id AND due_at < day_ends
    WHERE NOT EXISTS (
        SELECT 1 FROM {review_schedule} AS made
        WHERE made.user_id = live.user_id AND made.question_id = live.question_id)
    UNION ALL
    SELECT mornings.user_id, day, question_id
    FROM mornings JOIN {review_schedule} AS made ON made.user_id = mornings.user_id AND due_at < day_ends
), by_concept AS (
    SELECT user_id, day, concept, count(*) AS due
    FROM due JOIN app.questions USING (question_id)
    GROUP BY user_id, day, concept
)
SELECT user_id, 'review_reminder', day::text,
       jsonb_build_object('due', sum(due), 'concepts', (array_agg(concept ORDER BY due DESC, concept))[1:3])
FROM by_concept
GROUP BY user_id, day HAVING sum(due) >= 5
ON CONFLICT (user_id, kind, period) DO NOTHING
