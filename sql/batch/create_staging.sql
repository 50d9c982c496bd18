-- A staging twin of a partitioned table. The CHECK lets ATTACH PARTITION skip its scan; indexes come
-- after the load. TOAST compression is avoided for briefs that fit a page: it costs more than it saves.
CREATE TABLE {staged} (
    LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
    CONSTRAINT {check} CHECK ({column} = {period} AND {column} IS NOT NULL)
) WITH (toast_tuple_target = 8160, autovacuum_enabled = off)
