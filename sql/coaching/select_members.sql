-- Users whose message is due at the tick, and those who have no due time yet, claimed for this run; grain: user.
-- Both are found by partial indexes. A claim holds as long as its run's lease; who is claimed by another run that
-- lives, or is being claimed at this moment, is left to it. At most 200,000 a tick are planned for the first time.
WITH due AS (
    SELECT user_id FROM warehouse.coaching_schedule AS plan
    WHERE enabled AND next_due_at <= %(tick)s
      AND (claimed_by IS NULL OR claimed_by = %(run_id)s OR NOT EXISTS (
            SELECT 1 FROM ops.job_leases
            WHERE job_name = %(job_name)s AND run_id = plan.claimed_by AND expires_at > clock_timestamp()))
    FOR UPDATE SKIP LOCKED
), unplanned AS (
    SELECT user_id FROM warehouse.coaching_schedule AS plan
    WHERE enabled AND next_due_at IS NULL
      AND (claimed_by IS NULL OR claimed_by = %(run_id)s OR NOT EXISTS (
            SELECT 1 FROM ops.job_leases
            WHERE job_name = %(job_name)s AND run_id = plan.claimed_by AND expires_at > clock_timestamp()))
    ORDER BY user_id LIMIT 200000
    FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE warehouse.coaching_schedule AS plan SET claimed_by = %(run_id)s
    FROM (TABLE due UNION ALL TABLE unplanned) AS found WHERE plan.user_id = found.user_id
    RETURNING plan.user_id
)
INSERT INTO {members} (user_id, ready) SELECT user_id, true FROM claimed
