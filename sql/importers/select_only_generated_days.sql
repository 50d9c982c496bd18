-- One value: does nobody but generated users have daily rows? Asks the key once per other user.
SELECT NOT EXISTS (
    SELECT
    FROM app.users
    WHERE external_id !~ '^gen-[0-9]{6,}$'
      AND EXISTS (SELECT FROM app.daily_health WHERE daily_health.user_id = users.user_id)
)
