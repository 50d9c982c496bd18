-- Grain: one row per question. The newer import wins in what it carries. created_at: what a file carries
-- counts; a first answer only ever makes it earlier; where nobody told, a question is as old as an event can
-- be.
INSERT INTO app.questions AS known (external_id, concept, prompt, created_at)
SELECT question, concept, prompt, created_at
FROM (
    SELECT DISTINCT ON (question)
        question,
        concept,
        prompt,
        coalesce(created_at, first_answer, '2000-01-01 00:00:00+00') AS created_at,
        position
    FROM {incoming}
    ORDER BY question, position DESC
) AS newest
ORDER BY position
ON CONFLICT (external_id) DO UPDATE SET
    concept = EXCLUDED.concept,
    prompt = CASE WHEN 'prompt' = ANY(%(carried)s) THEN EXCLUDED.prompt ELSE known.prompt END,
    created_at = CASE WHEN 'created_at' = ANY(%(carried)s) THEN EXCLUDED.created_at
        WHEN 'first_answer' = ANY(%(carried)s) THEN least(known.created_at, EXCLUDED.created_at)
        ELSE known.created_at END
WHERE known.concept <> EXCLUDED.concept
    OR ('prompt' = ANY(%(carried)s) AND known.prompt IS DISTINCT FROM EXCLUDED.prompt)
    OR ('created_at' = ANY(%(carried)s) AND known.created_at <> EXCLUDED.created_at)
    OR ('first_answer' = ANY(%(carried)s) AND known.created_at > EXCLUDED.created_at)
