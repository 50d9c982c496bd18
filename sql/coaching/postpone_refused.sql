-- Members whose result did not pass the checks: two hours later, so that nobody is left without a due time.
UPDATE warehouse.coaching_schedule AS plan
SET next_due_at = %(tick)s + interval '2 hours', outcome = 'failed', claimed_by = NULL
FROM {members} AS member
WHERE plan.user_id = member.user_id
  AND NOT EXISTS (SELECT 1 FROM {coaching_schedule} AS made WHERE made.user_id = member.user_id)
