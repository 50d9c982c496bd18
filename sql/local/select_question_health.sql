-- The questions of a measured week, or of the newest; grain: question. Worst first: flagged, then by health.
SELECT health.week_of, questions.external_id AS question, questions.concept, questions.prompt,
       learners, answers, skips, health, flags,
       difficulty, difficulty_low, difficulty_high,
       discrimination, discrimination_low, discrimination_high,
       skip_rate, skip_rate_low, skip_rate_high,
       median_ms, slow_share, slow_share_low, slow_share_high
FROM warehouse.question_health AS health JOIN app.questions USING (question_id)
WHERE week_of = coalesce(%(week_of)s::date, (SELECT max(week_of) FROM warehouse.question_health))
ORDER BY cardinality(flags) = 0, health NULLS LAST, question_id
