-- Forget what an earlier attempt of this run recorded of the same users and checks.
DELETE FROM ops.quarantine AS old
USING unnest(%(users)s::bigint[], %(checks)s::text[]) AS refused (user_id, check_name)
WHERE run_id = %(run_id)s AND old.user_id = refused.user_id AND old.check_name = refused.check_name
