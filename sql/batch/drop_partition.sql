-- The rows that were replaced; their files go after the commit.
DROP TABLE {partition}
