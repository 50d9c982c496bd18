-- What is counted of each question over first answers and skips; grain: question.
-- rest: the learner's share correct of the other questions, where at least `others` of them were answered.
-- slow: log times beyond the fence of all answers, `outlier` robust deviations (1.4826 MAD) above their median.
-- Times that are no time are left out; where most answers took the same there is no fence, and none is timed.
WITH timed AS NOT MATERIALIZED (
    SELECT ln(response_ms) AS log_ms FROM first_answers WHERE response_ms > 0
), middle AS (
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY log_ms) AS log_median FROM timed
), fence AS (
    SELECT (SELECT log_median FROM middle) + %(outlier)s * 1.4826 * nullif(
               percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(log_ms - (SELECT log_median FROM middle))), 0)
           AS log_fence
    FROM timed
), totals AS (
    SELECT user_id, count(*) AS answered, count(*) FILTER (WHERE correct) AS right_ones
    FROM first_answers GROUP BY user_id
), scored AS (
    SELECT question_id, correct::int AS item, CASE WHEN response_ms > 0 THEN response_ms END AS ms,
           CASE WHEN answered > %(others)s
                THEN (right_ones - correct::int)::float8 / (answered - 1) END AS rest
    FROM first_answers JOIN totals USING (user_id)
), answered AS (
    SELECT question_id, count(*) AS answers, sum(item) AS correct, count(rest) AS pairs,
           corr(item, rest) AS correlation, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS median_ms,
           count(ms) FILTER (WHERE log_fence IS NOT NULL) AS timed,
           count(*) FILTER (WHERE ln(ms) > log_fence) AS slow
    FROM scored CROSS JOIN fence GROUP BY question_id
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
       coalesce(slow, 0) AS slow
FROM answered FULL JOIN skipped USING (question_id)
ORDER BY question_id
