-- Take the old rows of a period out of sight.
ALTER TABLE {table} DETACH PARTITION {partition}
