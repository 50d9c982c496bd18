-- The rows that were replaced.
DROP TABLE {partition}
