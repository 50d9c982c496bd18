-- One notice a local day to learners for whom 20:00 came in the hour up to the tick and whose streak of two
-- days or more breaks at the coming midnight; grain: user. Who has answered today, or had less than half of
-- this day (see rules.py, follows), keeps it anyhow. The streak must be that of yesterday's end, and it must
-- still be that day: a tick that runs late or again tells nobody of an evening that is over.
INSERT INTO ops.notification_outbox (user_id, kind, period, payload)
SELECT users.user_id, 'streak_nudge', clock.local_day::text, jsonb_build_object('streak', state.streak)
FROM app.zones_reaching('20:00', %(tick)s) AS clock
JOIN app.clocks_at(%(now)s) AS present ON present.time_zone = clock.time_zone
JOIN app.users ON users.time_zone = clock.time_zone
JOIN warehouse.learner_streaks AS state ON state.user_id = users.user_id
LEFT JOIN ops.feature_flags AS rollout ON rollout.flag = %(job_name)s
WHERE present.local_now::date = clock.local_day
  AND users.has_app_installed
  AND state.streak >= 2
  AND state.settled_day = clock.local_day - 1
  AND clock.utc_offset - state.last_offset <= 720
  AND NOT EXISTS (
    SELECT 1 FROM app.answers
    WHERE answers.user_id = users.user_id AND answered_at >= %(tick)s - interval '2 days'
      AND local_day >= clock.local_day)
  AND CASE coalesce(rollout.state, 'all')
        WHEN 'all' THEN true
        WHEN 'listed' THEN users.user_id = ANY (rollout.listed)
        WHEN 'percent' THEN
            ('x' || substr(md5(rollout.flag || ':' || users.user_id), 1, 8))::bit(32)::bigint %% 100
            < rollout.percent
        ELSE false END
ON CONFLICT (user_id, kind, period) DO NOTHING
