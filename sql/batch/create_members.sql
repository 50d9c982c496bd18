-- The eligible users of one run; grain: user. Rebuilt by a re-run, so it needs no crash safety.
CREATE UNLOGGED TABLE {members} (user_id bigint NOT NULL, ready boolean NOT NULL{extra})
