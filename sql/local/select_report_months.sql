-- The months with a report of one learner, newest first; grain: month.
SELECT to_char(month, 'YYYY-MM')
FROM serving.monthly_learner_reports_v1 JOIN serving.users_v1 USING (user_id)
WHERE external_id = %(external_id)s
ORDER BY month DESC
LIMIT 12
