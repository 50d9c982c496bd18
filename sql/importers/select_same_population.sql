-- One value: is the newest generated population this one, and are all its users still there?
SELECT (
    SELECT file_name FROM app.imports WHERE source = 'generated' ORDER BY import_id DESC LIMIT 1
) = %(file_name)s
AND (
    SELECT count(*) FROM app.users WHERE external_id ~ '^gen-[0-9]{6,}$'
) = %(users)s
