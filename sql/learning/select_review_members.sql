-- Learners to whom 08:00 came in the hour up to the tick and who were heard of since their schedule was last
-- brought up to date; grain: user. A newer schedule is left alone when an old tick runs again.
INSERT INTO {members} (user_id, ready)
SELECT users.user_id, true
FROM app.zones_reaching('08:00', %(tick)s) AS clock
JOIN app.users ON users.time_zone = clock.time_zone
LEFT JOIN warehouse.learner_reviews AS state ON state.user_id = users.user_id
WHERE (state.tick IS NULL OR state.tick <= %(tick)s)
  AND (EXISTS (
        SELECT 1 FROM app.question_attempts AS given
        WHERE given.user_id = users.user_id AND answered_at >= coalesce(state.tick, '-infinity'))
       OR EXISTS (
        SELECT 1 FROM app.question_attempts AS come
        WHERE come.user_id = users.user_id AND stored_at >= state.counted_through - interval '10 minutes'))
  AND CASE %(state)s
        WHEN 'all' THEN true
        WHEN 'listed' THEN users.user_id = ANY (%(listed)s::bigint[])
        WHEN 'percent' THEN
            ('x' || substr(md5(%(job)s || ':' || users.user_id), 1, 8))::bit(32)::bigint %% 100 < %(percent)s
        ELSE false END
