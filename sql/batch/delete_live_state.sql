-- The state of users who have a new one, whatever period the old one was of.
DELETE FROM {table} AS live
USING {results} AS made WHERE made.user_id = live.user_id
