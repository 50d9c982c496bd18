-- A month of the members of a shard, or of those of them who are named; grain: learner. Days with what was
-- answered and skipped on them, the month before, concepts, and the boards of the month: the weeks that end
-- in it, and its own.
WITH events AS MATERIALIZED (
    SELECT members.user_id, question_id, local_day, correct, skipped
    FROM {members} AS members CROSS JOIN LATERAL (
        SELECT * FROM app.sound_attempts
        WHERE sound_attempts.user_id = members.user_id
          AND answered_at >= %(starts_at)s - interval '33 days'
          AND answered_at < %(ends_at)s + interval '14 hours'
        OFFSET 0  -- a learner at a time by the index: a range of learners stands on every page of the month
    ) AS attempts
    WHERE members.user_id BETWEEN %(first)s AND %(last)s
      AND (%(users)s::bigint[] IS NULL OR members.user_id = ANY (%(users)s::bigint[]))
      AND local_day >= %(month)s - interval '1 month' AND local_day < %(month)s + interval '1 month'
      AND received_at < %(ends_at)s + interval '72 hours'
), by_day AS (
    SELECT user_id, extract(day FROM local_day)::int AS day,
           count(*) FILTER (WHERE NOT skipped) AS attempts, count(*) FILTER (WHERE correct) AS correct,
           count(*) FILTER (WHERE skipped) AS skips
    FROM events WHERE local_day >= %(month)s
    GROUP BY user_id, local_day
), days AS (
    SELECT user_id, json_agg(json_build_array(day, attempts, correct, skips) ORDER BY day) AS days
    FROM by_day GROUP BY user_id
), before AS (
    SELECT user_id, count(*) FILTER (WHERE NOT skipped) AS attempts, count(*) FILTER (WHERE correct) AS correct
    FROM events WHERE local_day < %(month)s
    GROUP BY user_id
), by_concept AS (
    SELECT user_id, concept, count(*) AS attempts, count(*) FILTER (WHERE correct) AS correct
    FROM events JOIN app.questions USING (question_id)
    WHERE local_day >= %(month)s AND NOT skipped
    GROUP BY user_id, concept
), concepts AS (
    SELECT user_id, json_agg(json_build_array(concept, attempts, correct) ORDER BY concept) AS concepts
    FROM by_concept GROUP BY user_id
), boards AS (
    SELECT 'weekly' AS board, period, user_id, rank, attempts
    FROM warehouse.weekly_leaderboard
    WHERE period + 6 >= %(month)s AND period + 6 < %(month)s + interval '1 month'
      AND user_id BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT 'monthly', period, user_id, rank, attempts
    FROM warehouse.monthly_leaderboard
    WHERE period = %(month)s AND user_id BETWEEN %(first)s AND %(last)s
), ranks AS (
    SELECT user_id, json_agg(json_build_object(
               'board', board, 'period', period, 'rank', rank, 'learners', learners, 'attempts', boards.attempts)
               ORDER BY board DESC, period) AS ranks
    FROM boards JOIN warehouse.leaderboards USING (board, period)
    GROUP BY user_id
)
SELECT members.user_id, days, coalesce(before.attempts, 0), coalesce(before.correct, 0),
       coalesce(concepts, '[]'), coalesce(ranks, '[]')
FROM {members} AS members
JOIN days USING (user_id) LEFT JOIN before USING (user_id)
LEFT JOIN concepts USING (user_id) LEFT JOIN ranks USING (user_id)
ORDER BY user_id
