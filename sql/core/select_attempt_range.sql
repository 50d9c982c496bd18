-- First and last day with an attempt, in UTC; grain: one row.
SELECT min(answered_at)::date, max(answered_at)::date FROM app.question_attempts
