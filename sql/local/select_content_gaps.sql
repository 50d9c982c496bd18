-- The content gaps of a week, or of the newest with any; grain: term. Most wanted first.
SELECT week_of, term, example, searches, learners
FROM warehouse.content_gaps
WHERE week_of = coalesce(%(week_of)s::date, (SELECT max(week_of) FROM warehouse.content_gaps))
ORDER BY learners DESC, searches DESC, term
