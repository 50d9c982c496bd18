-- How a user took a brief, as it is served; grain: one row, that of the newest brief.
SELECT json_build_object(
           'briefId', brief_id, 'weekOf', week_of, 'generatedAt', generated_at, 'firstShownAt', first_shown_at,
           'dismissedAt', dismissed_at, 'engagementTime', engagement_time, 'impressions', impressions,
           'weeklyBriefEnabled', weekly_brief_enabled, 'overlayDue', overlay_due)::text AS body,
       extract(epoch FROM generated_at)::float8 AS generated_at, false AS is_empty
FROM serving.notification_state_v1
WHERE user_id = %(user_id)s
ORDER BY week_of DESC
LIMIT 1
