-- Users whose local period is not over: a later wave makes them.
DELETE FROM {members} WHERE NOT ready
