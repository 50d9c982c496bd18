-- The gaps of a week, given as columns; grain: week and term.
INSERT INTO warehouse.content_gaps (week_of, term, example, searches, learners, run_id)
SELECT %(week_of)s, term, example, searches, learners, %(run_id)s
FROM unnest(%(term)s::text[], %(example)s::text[], %(searches)s::int[], %(learners)s::int[])
    AS gaps (term, example, searches, learners)
