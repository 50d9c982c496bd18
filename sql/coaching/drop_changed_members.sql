-- Members whose settings or time zone changed since they were claimed, or whom another run has claimed: they are
-- this run's no more, and what was written for them is kept unsent. The next tick plans them anew.
WITH travelled AS (
    SELECT DISTINCT user_id FROM {coaching_messages} AS made JOIN app.users USING (user_id)
    WHERE made.user_timezone <> users.time_zone
), changed AS (
    DELETE FROM {members} AS member USING warehouse.coaching_schedule AS plan
    WHERE plan.user_id = member.user_id
      AND (plan.claimed_by IS DISTINCT FROM %(run_id)s OR NOT plan.enabled
           OR member.user_id IN (SELECT user_id FROM travelled))
    RETURNING member.user_id
), unsent AS (
    UPDATE {coaching_messages} AS made
    SET was_sent = false, failure_reason = 'settings_changed', journal_entry_id = NULL
    FROM changed WHERE made.user_id = changed.user_id AND was_sent
)
DELETE FROM {coaching_schedule} AS made USING changed WHERE made.user_id = changed.user_id
