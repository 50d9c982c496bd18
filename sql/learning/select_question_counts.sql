-- What is counted of each question over first answers and skips; grain: question.
-- rest: the learner's share correct of the other questions, where at least `others` of them were answered.
-- slow: log times beyond the fence, `outlier` robust deviations (1.4826 MAD) above the log of the median.
WITH totals AS (
    SELECT user_id, count(*) AS answered, count(*) FILTER (WHERE correct) AS right_ones
    FROM first_answers GROUP BY user_id
), scored AS (
    SELECT question_id, correct::int AS item, nullif(greatest(response_ms, 0), 0) AS ms,
           CASE WHEN answered > %(others)s
                THEN (right_ones - correct::int)::float8 / (answered - 1) END AS rest
    FROM first_answers JOIN totals USING (user_id)
), answered AS (
    SELECT question_id, count(*) AS answers, sum(item) AS correct, count(rest) AS pairs,
           corr(item, rest) AS correlation, count(ms) AS timed,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS median_ms
    FROM scored GROUP BY question_id
), spread AS (
    SELECT question_id,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(ln(response_ms / median_ms))) AS mad
    FROM first_answers JOIN answered USING (question_id)
    WHERE response_ms > 0 GROUP BY question_id
), slow AS (
    SELECT question_id,
           count(*) FILTER (WHERE ln(response_ms / median_ms) > %(outlier)s * 1.4826 * mad) AS slow
    FROM first_answers JOIN answered USING (question_id) JOIN spread USING (question_id)
    WHERE response_ms > 0 AND mad > 0 GROUP BY question_id
), skipped AS (
    SELECT question_id,
           count(*) FILTER (WHERE answered_at IS NULL OR skipped_at < answered_at) AS skips,
           count(*) FILTER (WHERE answered_at IS NULL) AS never_answered
    FROM first_skips LEFT JOIN first_answers USING (user_id, question_id)
    GROUP BY question_id
)
SELECT question_id, coalesce(answers, 0) + coalesce(never_answered, 0) AS learners,
       coalesce(answers, 0) AS answers, coalesce(correct, 0) AS correct, coalesce(skips, 0) AS skips,
       coalesce(pairs, 0) AS pairs, correlation, coalesce(timed, 0) AS timed, median_ms,
       coalesce(slow, 0) AS slow, slow IS NOT NULL AS fenced
FROM answered FULL JOIN skipped USING (question_id) LEFT JOIN slow USING (question_id)
ORDER BY question_id
