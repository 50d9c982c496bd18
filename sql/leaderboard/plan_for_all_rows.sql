-- A cursor over a board is read to its end: without this its plan is the one for the first rows.
SET LOCAL cursor_tuple_fraction = 1
