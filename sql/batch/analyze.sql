-- Fresh statistics for a table just filled.
ANALYZE {table}
