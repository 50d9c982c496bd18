-- A published partition lives in its table's schema.
ALTER TABLE {staged} SET SCHEMA {schema}
