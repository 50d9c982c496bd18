-- One value: does nobody but generated users have attempts or searches? Asks the keys once per other user.
SELECT NOT EXISTS (
    SELECT
    FROM app.users
    WHERE external_id !~ '^gen-[0-9]{6,}$'
      AND (
          EXISTS (SELECT FROM app.question_attempts WHERE question_attempts.user_id = users.user_id)
          OR EXISTS (SELECT FROM app.searches WHERE searches.user_id = users.user_id)
      )
)
