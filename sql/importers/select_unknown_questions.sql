-- Grain: one row per question named that neither the warehouse nor this import knows.
SELECT named.question
FROM unnest(%(questions)s::text[]) AS named (question)
WHERE NOT EXISTS (SELECT FROM app.questions AS known WHERE known.external_id = named.question)
  AND NOT EXISTS (SELECT FROM incoming_questions AS incoming WHERE incoming.question = named.question)
