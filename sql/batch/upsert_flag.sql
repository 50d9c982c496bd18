-- Set the roll-out flag of a job.
INSERT INTO ops.feature_flags (flag, state, percent, listed)
SELECT %(flag)s, %(state)s, %(percent)s,
       coalesce((SELECT array_agg(user_id) FROM app.users WHERE external_id = ANY (%(users)s)), '{}')
ON CONFLICT (flag) DO UPDATE SET
    state = excluded.state, percent = excluded.percent, listed = excluded.listed, updated_at = now()
