-- Grain: one import.
UPDATE app.imports
SET finished_at = clock_timestamp(),
    rows_read = %(rows_read)s,
    rows_loaded = %(rows_loaded)s,
    rows_rejected = %(rows_rejected)s
WHERE import_id = %(import_id)s
