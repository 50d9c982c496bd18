-- The indexes of a table: whether it is the key, and its columns as written; grain: index.
SELECT indisprimary, substring(pg_get_indexdef(indexrelid) FROM '\((.*)\)')
FROM pg_index WHERE indrelid = to_regclass(%(table)s) ORDER BY indisprimary DESC, indexrelid
