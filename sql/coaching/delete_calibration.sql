-- The rows of one week, before they are written anew.
DELETE FROM warehouse.coaching_calibration WHERE week_of = %(week_of)s
