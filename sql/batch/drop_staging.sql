-- One staging table of an earlier or finished run.
DROP TABLE {staged}
