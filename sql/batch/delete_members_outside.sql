-- Keep only the users of the ranges asked for.
DELETE FROM {members}
WHERE NOT EXISTS (
    SELECT 1 FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS kept (first, last)
    WHERE user_id BETWEEN first AND last
)
