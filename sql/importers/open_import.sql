-- Grain: one import. The second column is today's date where the day begins first (UTC+14), the
-- latest day that anybody's device can have recorded.
INSERT INTO app.imports (source, file_name)
VALUES (%(source)s, %(file_name)s)
RETURNING import_id, (started_at AT TIME ZONE 'Etc/GMT-14')::date
