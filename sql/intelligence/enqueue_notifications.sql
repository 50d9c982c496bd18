-- A brief-ready row for every delivered brief; once per user and week, whatever runs again.
-- Delivery follows weekly_brief_* as of the Monday; who dismissed the brief for good gets no notice.
INSERT INTO ops.notification_outbox (user_id, kind, period, payload)
WITH preferences AS (
    SELECT user_id, weekly_brief_enabled AS enabled, weekly_brief_frequency AS frequency,
           intelligence_notification_enabled AS notify
    FROM app.user_preferences WHERE updated_at <= %(week_of)s::date
    UNION ALL
    SELECT user_id, (row ->> 'weekly_brief_enabled')::boolean, row ->> 'weekly_brief_frequency',
           (row ->> 'intelligence_notification_enabled')::boolean
    FROM app.user_preferences_history
    WHERE valid_from <= %(week_of)s::date AND valid_to > %(week_of)s::date
)
SELECT user_id, 'brief_ready', %(week_of)s::date::text,
       jsonb_build_object('week_of', %(week_of)s::date, 'outcome', outcome)
FROM {weekly_health_briefs} LEFT JOIN preferences USING (user_id)
WHERE coalesce(enabled, true) AND coalesce(notify, true)
  AND CASE coalesce(frequency, 'weekly')
        WHEN 'weekly' THEN true
        WHEN 'biweekly' THEN user_id %% 2 = (%(week_of)s::date - DATE '0001-01-01') / 7 %% 2
        WHEN 'monthly' THEN extract(day FROM %(week_of)s::date) <= 7
        ELSE false END
ON CONFLICT (user_id, kind, period) DO NOTHING
