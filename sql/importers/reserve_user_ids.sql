-- One value: the first of a range of free user ids. Needs lock_users.
SELECT setval(
    pg_get_serial_sequence('app.users', 'user_id'),
    nextval(pg_get_serial_sequence('app.users', 'user_id')) + %(users)s - 1
) - %(users)s + 1
