-- Grain: what the warehouse holds of the coaching of one range of users, after the users themselves.
WITH messages AS (
    DELETE FROM warehouse.coaching_messages WHERE user_id BETWEEN %(first_id)s AND %(last_id)s
), safety AS (
    DELETE FROM warehouse.coaching_safety WHERE user_id BETWEEN %(first_id)s AND %(last_id)s
)
DELETE FROM warehouse.coaching_schedule WHERE user_id BETWEEN %(first_id)s AND %(last_id)s
