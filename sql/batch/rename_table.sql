-- A partition is named by its table and period.
ALTER TABLE {staged} RENAME TO {name}
