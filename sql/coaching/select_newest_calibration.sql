-- The newest week whose messages were measured; one row, NULL where none was.
SELECT max(week_of) FROM warehouse.coaching_calibration
