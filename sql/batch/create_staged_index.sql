-- An index like one of the parent's.
CREATE INDEX ON {staged} ({columns})
