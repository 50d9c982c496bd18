-- The measured questions of a week, given as columns; flags joined by commas. Grain: question and week.
INSERT INTO warehouse.question_health (
    question_id, learners, answers, skips, difficulty, difficulty_low, difficulty_high,
    discrimination, discrimination_low, discrimination_high, skip_rate, skip_rate_low, skip_rate_high,
    median_ms, slow_share, slow_share_low, slow_share_high, health, flags, week_of, run_id)
SELECT question_id, learners, answers, skips, difficulty, difficulty_low, difficulty_high,
       discrimination, discrimination_low, discrimination_high, skip_rate, skip_rate_low, skip_rate_high,
       median_ms, slow_share, slow_share_low, slow_share_high, health,
       coalesce(string_to_array(nullif(flags, ''), ','), '{}'), %(week_of)s, %(run_id)s
FROM unnest(
    %(question_id)s::bigint[], %(learners)s::int[], %(answers)s::int[], %(skips)s::int[],
    %(difficulty)s::real[], %(difficulty_low)s::real[], %(difficulty_high)s::real[],
    %(discrimination)s::real[], %(discrimination_low)s::real[], %(discrimination_high)s::real[],
    %(skip_rate)s::real[], %(skip_rate_low)s::real[], %(skip_rate_high)s::real[],
    %(median_ms)s::real[], %(slow_share)s::real[], %(slow_share_low)s::real[], %(slow_share_high)s::real[],
    %(health)s::real[], %(flags)s::text[]
) AS rows (
    question_id, learners, answers, skips, difficulty, difficulty_low, difficulty_high,
    discrimination, discrimination_low, discrimination_high, skip_rate, skip_rate_low, skip_rate_high,
    median_ms, slow_share, slow_share_low, slow_share_high, health, flags)
