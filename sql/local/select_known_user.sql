-- Grain: one row, whether an external id is a user's, and three that are (for the message if not).
SELECT
    EXISTS (SELECT FROM app.users WHERE external_id = %(external_id)s) AS known,
    ARRAY(
        SELECT external_id FROM app.users
        ORDER BY last_active_at DESC NULLS LAST, user_id
        LIMIT 3
    ) AS examples
