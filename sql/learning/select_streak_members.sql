-- Learners whose local midnight came in the hour up to the tick and whose streak can change; grain: user.
-- That is who has one, and who was heard of since last counted. Who stands at zero and has been silent costs
-- two looks into an index. A newer state is left alone when an old tick runs again.
INSERT INTO {members} (user_id, ready)
WITH learners AS MATERIALIZED (
    SELECT there.user_id
    FROM app.zones_reaching('00:00', %(tick)s) AS clock
    CROSS JOIN LATERAL (
        SELECT user_id FROM app.users WHERE users.time_zone = clock.time_zone
        OFFSET 0  -- zone by zone, by the index: nobody else is looked at
    ) AS there
)
SELECT user_id, true
FROM learners LEFT JOIN warehouse.learner_streaks AS state USING (user_id)
WHERE (state.tick IS NULL OR state.tick <= %(tick)s)
  AND (state.streak > 0
       OR EXISTS (
        SELECT 1 FROM app.question_attempts AS given
        WHERE given.user_id = learners.user_id
          AND answered_at >= coalesce(state.settled_day::timestamp AT TIME ZONE 'UTC', '-infinity'))
       OR EXISTS (
        SELECT 1 FROM app.question_attempts AS come
        WHERE come.user_id = learners.user_id AND stored_at >= state.counted_through - interval '10 minutes'))
