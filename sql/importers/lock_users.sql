-- Nobody else adds a user until the transaction ends: a range of ids is taken from the sequence.
LOCK TABLE app.users IN SHARE ROW EXCLUSIVE MODE
