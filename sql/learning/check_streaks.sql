-- Checks of every member's staged streak; grain: one row a failed check. All are hard.
SELECT user_id, check_name, 'hard', reason
FROM {members} AS member LEFT JOIN {learner_streaks} AS made USING (user_id)
CROSS JOIN LATERAL (VALUES
    ('streak_exists', 'no streak was counted', made.user_id IS NULL),
    ('streak_fits_its_days', 'a streak longer than the days since it began',
     made.streak > made.last_active_day - made.started_on + 1),
    ('streak_has_a_beginning', 'a streak without a first day, or a first day without a streak',
     (made.streak > 0) <> (made.started_on IS NOT NULL)),
    ('day_is_over', 'an answer of a day that is not over', made.last_active_day > made.settled_day)
) AS result (check_name, reason, failed)
WHERE failed
