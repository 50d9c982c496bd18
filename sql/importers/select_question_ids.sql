-- Grain: id of each question named, in the order of the names.
SELECT known.question_id
FROM unnest(%(questions)s::text[]) WITH ORDINALITY AS named (question, place)
JOIN app.questions AS known ON known.external_id = named.question
ORDER BY named.place
