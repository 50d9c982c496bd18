-- Grain: every generated user with all rows of theirs in app. Gives how many there were, their first id, and
-- whether any of them was ever coached.
WITH gone AS (
    SELECT user_id FROM app.users WHERE external_id ~ '^gen-[0-9]{6,}$'
), days AS (
    DELETE FROM app.daily_health USING gone WHERE daily_health.user_id = gone.user_id
), labs AS (
    DELETE FROM app.lab_results USING gone WHERE lab_results.user_id = gone.user_id
), attempts AS (
    DELETE FROM app.question_attempts USING gone WHERE question_attempts.user_id = gone.user_id
), searches AS (
    DELETE FROM app.searches USING gone WHERE searches.user_id = gone.user_id
), preferences AS (
    DELETE FROM app.user_preferences USING gone WHERE user_preferences.user_id = gone.user_id
), dismissals AS (
    DELETE FROM app.insight_dismissals USING gone WHERE insight_dismissals.user_id = gone.user_id
), entries AS (
    DELETE FROM app.journal_entries USING gone WHERE journal_entries.user_id = gone.user_id
), events AS (
    DELETE FROM app.engagement_events USING gone WHERE engagement_events.user_id = gone.user_id
), coached AS (
    DELETE FROM app.coaching_config USING gone WHERE coaching_config.user_id = gone.user_id
    RETURNING coaching_config.user_id
), users AS (
    DELETE FROM app.users USING gone WHERE users.user_id = gone.user_id RETURNING users.user_id
)
SELECT count(*), min(user_id), EXISTS (SELECT FROM coached) FROM users
