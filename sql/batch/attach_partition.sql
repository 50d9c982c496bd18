-- Make the staged rows the period's rows.
ALTER TABLE {table} ATTACH PARTITION {staged} FOR VALUES FROM ({first}) TO ({next})
