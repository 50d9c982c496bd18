-- Whether a table is there; grain: one row.
SELECT to_regclass(%(table)s) IS NOT NULL
