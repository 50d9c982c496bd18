-- To the end of the transaction, or until check_references: no triggers, so no foreign-key check per row.
SET LOCAL session_replication_role = replica
