-- A brief-ready row for every delivered brief; once per user and week, whatever runs again.
-- Delivery follows weekly_brief_* as of the Monday; who dismissed the brief for good gets no notice.
INSERT INTO ops.notification_outbox (user_id, kind, period, payload)
SELECT user_id, 'brief_ready', %(week_of)s::date::text,
       jsonb_build_object('week_of', %(week_of)s::date, 'outcome', outcome)
FROM {weekly_health_briefs} LEFT JOIN app.preferences_as_of(%(week_of)s::date) AS preferences USING (user_id)
WHERE coalesce(weekly_brief_enabled, true) AND coalesce(intelligence_notification_enabled, true)
  AND CASE coalesce(weekly_brief_frequency, 'weekly')
        WHEN 'weekly' THEN true
        WHEN 'biweekly' THEN user_id %% 2 = (%(week_of)s::date - DATE '0001-01-01') / 7 %% 2
        WHEN 'monthly' THEN extract(day FROM %(week_of)s::date) <= 7
        ELSE false END
ON CONFLICT (user_id, kind, period) DO NOTHING
