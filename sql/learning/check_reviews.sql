-- Checks of every member's staged schedule; grain: one row a failed check. All are hard.
SELECT DISTINCT user_id, check_name, 'hard', reason
FROM {members} AS member
LEFT JOIN {learner_reviews} AS learner USING (user_id)
LEFT JOIN {review_schedule} AS made USING (user_id)
CROSS JOIN LATERAL (VALUES
    ('schedule_exists', 'the schedule was not brought up to date', learner.user_id IS NULL),
    ('memory_is_possible', 'a stability or difficulty that cannot be',
     NOT (made.stability > 0 AND made.stability < 'Infinity' AND made.difficulty BETWEEN 1 AND 10)),
    ('due_after_review', 'due less than a day after the review',
     made.due_at < made.reviewed_at + interval '1 day'),
    ('reviewed_before_tick', 'an answer of a time to come', made.reviewed_at >= made.tick)
) AS result (check_name, reason, failed)
WHERE failed
