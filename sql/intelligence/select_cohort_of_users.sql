-- The cohort label of each user who has one; grain: user.
SELECT user_id, age_band || '|' || sex
FROM app.users
WHERE user_id BETWEEN %(first)s AND %(last)s AND age_band IS NOT NULL AND sex IS NOT NULL
