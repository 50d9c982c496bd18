-- What a tick came to, for the run's log; grain: one row.
SELECT jsonb_build_object(
    'usersDue', count(*) FILTER (WHERE outcome <> 'bootstrapped'),
    'usersBootstrapped', count(*) FILTER (WHERE outcome = 'bootstrapped'),
    'jobsCreated', count(*) FILTER (WHERE outcome IN ('sent', 'skipped', 'safety', 'failed')),
    'errors', count(*) FILTER (WHERE outcome = 'failed'),
    'sent', count(*) FILTER (WHERE outcome = 'sent'),
    'skipped', count(*) FILTER (WHERE outcome = 'skipped'),
    'held', count(*) FILTER (WHERE outcome = 'safety'))
FROM {coaching_schedule}
