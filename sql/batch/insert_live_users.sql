-- Staged rows of a partial run into the live partition.
INSERT INTO {table} SELECT * FROM {staged}
