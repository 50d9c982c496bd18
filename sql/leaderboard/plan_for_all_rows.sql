-- A cursor over a board is read to its end: without this its plan is the one for the first rows. All rows with
-- their names are sorted in memory.
SELECT set_config('cursor_tuple_fraction', '1', true), set_config('work_mem', '128MB', true)
