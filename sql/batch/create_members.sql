-- The eligible users of one run; grain: user. Logged as the results beside it are: emptied by a crash of the
-- server, it would make a run of nobody out of one that goes on.
CREATE TABLE {members} (user_id bigint NOT NULL, ready boolean NOT NULL{extra})
