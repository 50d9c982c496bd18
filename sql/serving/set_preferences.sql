-- What the acting user chose, all of it or nothing; grain: one row.
SELECT app.set_preferences(%(changes)s::jsonb)::text
