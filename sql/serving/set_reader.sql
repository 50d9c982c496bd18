-- For whom the rest of the transaction acts; grain: one row. A name that is not given is forgotten.
SELECT set_config('almanac.user_id', coalesce(%(user_id)s::bigint::text, ''), true),
       set_config('almanac.external_id', coalesce(%(external_id)s::text, ''), true)
