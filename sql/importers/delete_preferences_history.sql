-- Grain: the history of one range of users, after the users themselves.
DELETE FROM app.user_preferences_history WHERE user_id BETWEEN %(first_id)s AND %(last_id)s
