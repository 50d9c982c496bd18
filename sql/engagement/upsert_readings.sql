-- How briefs were read of whose week an event came in between two moments; grain: user and week of the brief. From
-- all events of the pair, whenever they came, so that a repeated or an older run makes the same row. An event that
-- names no brief belongs to the one delivered on the Monday (UTC) before it.
WITH arrived AS (
    SELECT DISTINCT user_id, coalesce(brief_week, date_trunc('week', occurred_at AT TIME ZONE 'UTC')::date) AS week_of
    FROM app.engagement_events
    WHERE received_at >= %(starts_at)s AND received_at < %(ends_at)s AND component = ANY (%(components)s)
), events AS (
    SELECT user_id, coalesce(brief_week, date_trunc('week', occurred_at AT TIME ZONE 'UTC')::date) AS week_of,
           component, action, engagement_time::numeric AS seconds, scroll_depth
    FROM app.engagement_events
    WHERE user_id IN (SELECT user_id FROM arrived) AND component = ANY (%(components)s)
)
INSERT INTO warehouse.intelligence_analytics AS kept (
    user_id, week_of, brief_view_time, brief_scroll_depth, patterns_clicked, recommendations_actioned,
    velocity_interactions, total_page_time, run_id)
SELECT user_id, week_of,
       coalesce(sum(seconds) FILTER (WHERE component = 'weekly_brief'), 0),
       max(scroll_depth) FILTER (WHERE component = 'weekly_brief'),
       count(*) FILTER (WHERE component = 'patterns' AND action IN ('expand', 'action_taken')),
       count(*) FILTER (WHERE component = 'recommendations' AND action = 'action_taken'),
       count(*) FILTER (WHERE component = 'velocity' AND action IN ('expand', 'action_taken')),
       coalesce(sum(seconds), 0), %(run_id)s
FROM events JOIN arrived USING (user_id, week_of)
GROUP BY user_id, week_of
ON CONFLICT (user_id, week_of) DO UPDATE
SET brief_view_time = excluded.brief_view_time, brief_scroll_depth = excluded.brief_scroll_depth,
    patterns_clicked = excluded.patterns_clicked, recommendations_actioned = excluded.recommendations_actioned,
    velocity_interactions = excluded.velocity_interactions, total_page_time = excluded.total_page_time,
    run_id = excluded.run_id
WHERE (kept.brief_view_time, kept.brief_scroll_depth, kept.patterns_clicked, kept.recommendations_actioned,
       kept.velocity_interactions, kept.total_page_time)
      IS DISTINCT FROM
      (excluded.brief_view_time, excluded.brief_scroll_depth, excluded.patterns_clicked,
       excluded.recommendations_actioned, excluded.velocity_interactions, excluded.total_page_time)
