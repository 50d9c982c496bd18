-- Checks of every learner's staged report; grain: one row a failed check. All are hard: there is a report, it
-- counts the answers that were counted when the members were chosen, its days add up, and its chart is one.
SELECT members.user_id, check_name, 'hard' AS severity, reason
FROM {members} AS members LEFT JOIN {monthly_learner_reports} AS made USING (user_id)
CROSS JOIN LATERAL (
    SELECT coalesce(sum((day ->> 'attempts')::int), 0) AS attempts
    FROM json_array_elements(made.report -> 'days') AS days (day)
) AS added
CROSS JOIN LATERAL (VALUES
    ('report_exists', 'no report was made', made.user_id IS NULL),
    ('answers_counted', 'the report counts other answers than the members'' choice',
     (made.report ->> 'attempts')::int <> members.attempts),
    ('days_add_up', 'the days do not add up to the month', (made.report ->> 'attempts')::int <> added.attempts),
    ('accuracy_sane', 'accuracy is missing, or outside 0 to 100',
     made.outcome = 'complete' AND NOT coalesce((made.report ->> 'accuracy')::float8 BETWEEN 0 AND 100, false)),
    ('chart_drawn', 'the chart is no image', made.chart NOT LIKE '<svg %%</svg>')
) AS result (check_name, reason, failed)
WHERE failed
