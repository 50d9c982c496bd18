-- What the screen held back of a user, without any text; grain: tick and place, newest first.
SELECT tick, place, category, resources, screen_version FROM warehouse.coaching_safety
WHERE user_id = %(user_id)s
ORDER BY tick DESC, place LIMIT %(limit)s
