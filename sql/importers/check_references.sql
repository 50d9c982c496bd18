-- Undoes trust_references.
SET LOCAL session_replication_role = origin
