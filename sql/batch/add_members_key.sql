-- After the insert: sorted once, an index costs a fraction of one that grows row by row.
ALTER TABLE {members} ADD PRIMARY KEY (user_id)
