-- One learner's report of a month, or the newest; grain: one row.
SELECT report, chart
FROM serving.monthly_learner_reports_v1 JOIN serving.users_v1 USING (user_id)
WHERE external_id = %(external_id)s AND month = coalesce(%(month)s::date, month)
ORDER BY month DESC
LIMIT 1
