-- The app's own copy of a learner's streak and last day; grain: user.
UPDATE app.users
SET study_streak = made.streak, last_activity_date = made.last_active_day
FROM {learner_streaks} AS made
WHERE made.user_id = users.user_id
  AND (users.study_streak, users.last_activity_date) IS DISTINCT FROM (made.streak, made.last_active_day)
