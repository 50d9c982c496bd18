-- The learners of a board with their tallies; grain: learner. An answer counts in the period in which it was
-- given, if it arrived within 72 hours of its end. More than 5,000 answers on one day are no learner's: who has
-- them is left out, and the reason kept.
WITH tallies AS (
    SELECT user_id, count(*)::integer AS attempts, (count(*) FILTER (WHERE correct))::integer AS correct
    FROM app.answers
    WHERE answered_at >= %(starts_at)s AND answered_at < %(ends_at)s
      AND received_at < %(ends_at)s + interval '72 hours'
    GROUP BY user_id
), flooded AS (
    SELECT DISTINCT user_id
    FROM app.answers
    WHERE user_id = ANY (ARRAY(SELECT user_id FROM tallies WHERE attempts > 5000))
      AND answered_at >= %(starts_at)s AND answered_at < %(ends_at)s
    GROUP BY user_id, (answered_at AT TIME ZONE 'UTC')::date
    HAVING count(*) > 5000
), noted AS (
    INSERT INTO ops.quarantine (job_name, period, user_id, run_id, check_name, reason, severity)
    SELECT %(job_name)s, %(key)s, user_id, %(run_id)s, 'flood',
           'more than 5,000 answers on one day: left out of the ranking', 'soft'
    FROM flooded
    WHERE NOT EXISTS (SELECT 1 FROM ops.quarantine AS noted
                      WHERE noted.run_id = %(run_id)s AND noted.user_id = flooded.user_id)
)
INSERT INTO {members} (user_id, ready, attempts, correct)
SELECT user_id, true, attempts, correct
FROM tallies
WHERE user_id NOT IN (SELECT user_id FROM flooded)
  AND CASE %(state)s
        WHEN 'all' THEN true
        WHEN 'listed' THEN user_id = ANY (%(listed)s::bigint[])
        WHEN 'percent' THEN
            ('x' || substr(md5(%(job)s || ':' || user_id), 1, 8))::bit(32)::bigint %% 100 < %(percent)s
        ELSE false END
