-- Users whose message is due at the tick, and those who have no due time yet, claimed for this run; grain: user.
-- Both are found by partial indexes. A claim holds as long as its run's lease; who is claimed by another run that
-- lives, or is being claimed at this moment, is left to it. At most 200,000 a tick are planned for the first time.
-- Due users outside the roll-out are looked at again a day later: each tick would find them all otherwise.
WITH living AS MATERIALIZED (
    SELECT run_id FROM ops.job_leases
    WHERE job_name = %(job_name)s AND run_id <> %(run_id)s AND expires_at > clock_timestamp()
), due AS (
    SELECT user_id, ops.is_rolled_out(%(job_name)s, user_id) AS wanted FROM warehouse.coaching_schedule
    WHERE enabled AND next_due_at <= %(tick)s
      AND (claimed_by IS NULL OR claimed_by NOT IN (SELECT run_id FROM living))
    FOR UPDATE SKIP LOCKED
), unplanned AS (
    SELECT user_id FROM warehouse.coaching_schedule
    WHERE enabled AND next_due_at IS NULL
      AND (claimed_by IS NULL OR claimed_by NOT IN (SELECT run_id FROM living))
      AND ops.is_rolled_out(%(job_name)s, user_id)
    ORDER BY user_id LIMIT 200000
    FOR UPDATE SKIP LOCKED
), put_off AS (
    UPDATE warehouse.coaching_schedule AS plan SET next_due_at = %(tick)s + interval '1 day'
    FROM due WHERE plan.user_id = due.user_id AND NOT due.wanted
), claimed AS (
    UPDATE warehouse.coaching_schedule AS plan SET claimed_by = %(run_id)s
    FROM (SELECT user_id FROM due WHERE wanted UNION ALL TABLE unplanned) AS found
    WHERE plan.user_id = found.user_id
    RETURNING plan.user_id
)
INSERT INTO {members} (user_id, ready) SELECT user_id, true FROM claimed
