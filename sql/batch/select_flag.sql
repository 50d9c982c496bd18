-- The roll-out flag of a job; grain: one row.
SELECT state, percent, listed FROM ops.feature_flags WHERE flag = %(flag)s
