-- Staging tables whose name begins with one of the prefixes; grain: table.
SELECT relname
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = 'staging' AND relkind = 'r'
  AND EXISTS (SELECT 1 FROM unnest(%(prefixes)s::text[]) AS prefix WHERE starts_with(relname, prefix))
