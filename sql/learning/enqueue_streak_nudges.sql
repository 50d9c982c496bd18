-- One notice a local day to learners for whom 20:00 came in the hour up to the tick and whose streak of two
-- days or more breaks at the coming midnight; grain: user. Who has answered today, or had less than half of
-- this day (see rules.py, follows), keeps it anyhow. The streak must be that of yesterday's end, and it must
-- still be that day: a tick that runs late or again tells nobody of an evening that is over.
INSERT INTO ops.notification_outbox (user_id, kind, period, payload)
WITH evenings AS MATERIALIZED (
    SELECT there.user_id, clock.local_day, clock.utc_offset
    FROM app.zones_reaching('20:00', %(tick)s) AS clock
    JOIN app.clocks_at(%(now)s) AS present ON present.time_zone = clock.time_zone
    CROSS JOIN LATERAL (
        SELECT user_id FROM app.users WHERE users.time_zone = clock.time_zone AND has_app_installed
        OFFSET 0  -- zone by zone, by the index: nobody else is looked at
    ) AS there
    WHERE present.local_now::date = clock.local_day
)
SELECT evenings.user_id, 'streak_nudge', evenings.local_day::text, jsonb_build_object('streak', state.streak)
FROM evenings
JOIN warehouse.learner_streaks AS state USING (user_id)
WHERE state.streak >= 2
  AND state.settled_day = evenings.local_day - 1
  AND evenings.utc_offset - state.last_offset <= 720
  AND NOT EXISTS (
    SELECT 1 FROM app.answers
    WHERE answers.user_id = evenings.user_id AND answered_at >= %(tick)s - interval '2 days'
      AND answers.local_day >= evenings.local_day)
  AND ops.is_rolled_out(%(job_name)s, evenings.user_id)
ON CONFLICT (user_id, kind, period) DO NOTHING
