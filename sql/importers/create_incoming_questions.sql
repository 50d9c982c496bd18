-- Grain: one row per source row; the highest position of a question wins. first_answer is found in answers,
-- where the source does not tell created_at.
CREATE TEMPORARY TABLE incoming_questions (
    position      bigint GENERATED ALWAYS AS IDENTITY,
    question      text NOT NULL,
    concept       text NOT NULL,
    prompt        text,
    created_at    timestamptz,
    first_answer  timestamptz
) ON COMMIT DROP
