-- Forget what an earlier attempt of this run refused.
DELETE FROM ops.quarantine WHERE run_id = %(run_id)s AND check_name = ANY (%(checks)s)
