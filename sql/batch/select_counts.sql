-- Members of a run, and staged results: a member has one in the job's first table, or none; grain: one row.
SELECT (SELECT count(*) FROM {members}), (SELECT count(*) FROM {staged})
