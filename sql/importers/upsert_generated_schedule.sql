-- Grain: one row per generated user with coaching settings. The row is there already where the settings' trigger
-- was not left out.
INSERT INTO warehouse.coaching_schedule (user_id, enabled, next_due_at, last_message_day, outcome)
SELECT planned.*, CASE WHEN last_message_day IS NOT NULL THEN 'sent' END
FROM unnest(%(users)s::bigint[], %(enabled)s::boolean[], %(next_due_at)s::timestamptz[], %(last_message_day)s::date[])
    AS planned (user_id, enabled, next_due_at, last_message_day)
ON CONFLICT (user_id) DO UPDATE SET
    next_due_at = EXCLUDED.next_due_at,
    last_message_day = EXCLUDED.last_message_day,
    outcome = EXCLUDED.outcome
