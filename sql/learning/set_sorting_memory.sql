-- How much one sort may take in this transaction, before it goes to disk.
SELECT set_config('work_mem', %(memory)s, true)
