-- The key like the parent's, so that attaching finds it ready.
ALTER TABLE {staged} ADD PRIMARY KEY ({columns})
