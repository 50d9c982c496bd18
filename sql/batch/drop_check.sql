-- The partition's bound says the same from now on.
ALTER TABLE {staged} DROP CONSTRAINT {check}
