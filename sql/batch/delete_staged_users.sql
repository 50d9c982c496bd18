-- Take users out of a staging table, before they are made again or because they failed.
DELETE FROM {staged} WHERE user_id = ANY (%(users)s)
