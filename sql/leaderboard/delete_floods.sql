-- More than 5,000 answers on one day (UTC) are no learner's: who has them is left out, and the reason kept.
WITH flooded AS (
    DELETE FROM {members} AS member
    WHERE attempts > 5000 AND EXISTS (
        SELECT 1 FROM app.answers
        WHERE answers.user_id = member.user_id
          AND answered_at >= %(starts_at)s AND answered_at < %(ends_at)s
        GROUP BY (answered_at AT TIME ZONE 'UTC')::date
        HAVING count(*) > 5000)
    RETURNING user_id
), known AS (
    DELETE FROM ops.quarantine WHERE run_id = %(run_id)s AND check_name = 'flood'
)
INSERT INTO ops.quarantine (job_name, period, user_id, run_id, check_name, reason, severity)
SELECT %(job_name)s, %(key)s, user_id, %(run_id)s, 'flood',
       'more than 5,000 answers on one day: left out of the ranking', 'soft'
FROM flooded
