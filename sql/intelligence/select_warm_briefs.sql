-- The briefs to put into Redis: users active in the last 14 days; grain: user.
SELECT user_id, external_id, brief.brief::text, extract(epoch FROM brief.generated_at)::float8
FROM {weekly_health_briefs} AS brief JOIN app.users USING (user_id)
WHERE week_of = %(week_of)s AND last_active_at >= %(since)s
