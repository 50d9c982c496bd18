-- How long this transaction may make others queue behind it.
SELECT set_config('lock_timeout', %(milliseconds)s || 'ms', true)
