-- The rows of one week, before they are written anew.
DELETE FROM warehouse.question_health WHERE week_of = %(week_of)s
