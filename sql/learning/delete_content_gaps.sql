-- The rows of one week, before they are written anew.
DELETE FROM warehouse.content_gaps WHERE week_of = %(week_of)s
