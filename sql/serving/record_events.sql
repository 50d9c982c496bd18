-- Events of the acting user, each taken once, with all that follows from the new ones; grain: one row.
SELECT app.record_events(%(events)s::jsonb)::text
