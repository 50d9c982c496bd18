-- Events about briefs that came in between two moments; grain: one row.
SELECT count(*) FROM app.engagement_events
WHERE received_at >= %(starts_at)s AND received_at < %(ends_at)s AND component = ANY (%(components)s)
