-- Checks of every member's staged result; grain: one row a failed check. All are hard.
SELECT DISTINCT user_id, check_name, 'hard', reason
FROM {members} AS member
LEFT JOIN {coaching_schedule} AS planned USING (user_id)
LEFT JOIN {coaching_messages} AS made USING (user_id)
LEFT JOIN {coaching_safety} AS held USING (user_id)
CROSS JOIN LATERAL (VALUES
    ('schedule_exists', 'nothing was planned', planned.user_id IS NULL),
    ('due_later', 'the next due time is not after the tick', NOT coalesce(planned.next_due_at > planned.tick, false)),
    ('sent_says_so', 'a message is sent that the plan does not know',
     made.was_sent AND (planned.outcome <> 'sent' OR planned.last_message_day IS DISTINCT FROM made.local_day)),
    ('gate_passed', 'a message under the gate is sent', made.was_sent AND (made.effectiveness_rating >= 6) IS NOT TRUE),
    ('nothing_held_sent', 'a message is sent although the screen held something back',
     made.was_sent AND held.user_id IS NOT NULL),
    ('inside_window', 'a message is sent outside the window', made.was_sent AND made.send_before <= made.tick)
) AS result (check_name, reason, failed)
WHERE failed
