-- The rows of a state that a run has made anew, by their key, whatever period they were of.
DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {staged})
