-- The streaks of the members when their day begins; grain: learner. As include/learning/streaks/rules.py.
-- Usually the state goes on with the days since. A learner is counted afresh from all answers when there is
-- no state yet, when an answer was stored since for a day that was counted, and when a first answer far to the
-- east of the last one takes back a break. Ten minutes allow for transactions that commit late. A day that
-- travel brings back was counted already: the day begun never goes back.
INSERT INTO {learner_streaks}
    (user_id, tick, settled_day, streak, longest, started_on, last_active_day, last_offset, counted_through,
     run_id)
WITH learners AS MATERIALIZED (
    SELECT member.user_id, greatest(clock.local_now::date, state.settled_day + 1) AS day_begun,
           clock.utc_offset AS day_offset, state.settled_day, state.streak, state.longest,
           state.started_on, state.last_active_day, state.last_offset,
           state.counted_through - interval '10 minutes' AS counted_through
    FROM {members} AS member
    JOIN app.users USING (user_id)
    JOIN app.clocks_at(%(tick)s) AS clock USING (time_zone)
    LEFT JOIN warehouse.learner_streaks AS state USING (user_id)
    WHERE member.user_id BETWEEN %(first)s AND %(last)s
      AND (%(users)s::bigint[] IS NULL OR member.user_id = ANY (%(users)s::bigint[]))
), arrived AS MATERIALIZED (
    -- The days since: they begin nowhere earlier than 14 hours before they do in UTC. And what came late.
    SELECT learners.user_id, answer.local_day, answer.utc_offset, answer.answered_at,
           answer.local_day <= learners.settled_day
           OR (learners.streak = 0 AND answer.local_day - learners.last_active_day <= 2
               AND answer.utc_offset - learners.last_offset > 720) AS changes_the_past
    FROM learners CROSS JOIN LATERAL (
        SELECT local_day, utc_offset, answered_at FROM app.answers
        WHERE answers.user_id = learners.user_id
          AND answered_at >= learners.settled_day::timestamp AT TIME ZONE 'UTC'
          AND local_day > learners.settled_day AND local_day < learners.day_begun
        UNION ALL
        SELECT local_day, utc_offset, answered_at FROM app.answers
        WHERE answers.user_id = learners.user_id
          AND stored_at >= learners.counted_through AND local_day <= learners.settled_day
    ) AS answer
    WHERE learners.settled_day IS NOT NULL
), afresh AS MATERIALIZED (
    SELECT user_id, day_begun FROM learners
    WHERE settled_day IS NULL OR user_id IN (SELECT user_id FROM arrived WHERE changes_the_past)
), counted AS (
    SELECT user_id, local_day, utc_offset, answered_at FROM arrived
    WHERE user_id NOT IN (SELECT user_id FROM afresh)
    UNION ALL
    SELECT afresh.user_id, answer.local_day, answer.utc_offset, answer.answered_at
    FROM afresh CROSS JOIN LATERAL (
        SELECT local_day, utc_offset, answered_at FROM app.answers
        WHERE answers.user_id = afresh.user_id AND local_day < afresh.day_begun
        OFFSET 0  -- learner by learner, by the index: these are few, and the attempts are many
    ) AS answer
), days AS (
    SELECT user_id, local_day AS day, 1 AS length, local_day AS started_on,
           (array_agg(utc_offset ORDER BY answered_at, utc_offset))[1] AS first_offset,
           (array_agg(utc_offset ORDER BY answered_at DESC, utc_offset DESC))[1] AS last_offset
    FROM counted GROUP BY user_id, local_day
    UNION ALL
    SELECT user_id, last_active_day, streak, started_on, last_offset, last_offset FROM learners
    WHERE last_active_day IS NOT NULL AND user_id NOT IN (SELECT user_id FROM afresh)
), linked AS (
    SELECT *, coalesce(day - lag(day) OVER before <= 1
                       OR (day - lag(day) OVER before = 2
                           AND first_offset - lag(last_offset) OVER before > 720), false) AS follows
    FROM days WINDOW before AS (PARTITION BY user_id ORDER BY day)
), numbered AS (
    SELECT *, count(*) FILTER (WHERE NOT follows) OVER (PARTITION BY user_id ORDER BY day) AS run FROM linked
), runs AS (
    SELECT user_id, run, sum(length)::integer AS length, min(started_on) AS started_on, max(day) AS last_day,
           (array_agg(last_offset ORDER BY day DESC))[1] AS last_offset
    FROM numbered GROUP BY user_id, run
), newest AS (
    SELECT DISTINCT ON (user_id) *, max(length) OVER (PARTITION BY user_id) AS longest
    FROM runs ORDER BY user_id, run DESC
)
SELECT user_id, %(tick)s, learners.day_begun - 1,
       CASE WHEN alive THEN newest.length ELSE 0 END,
       greatest(newest.longest,
                CASE WHEN user_id NOT IN (SELECT user_id FROM afresh) THEN learners.longest END, 0),
       CASE WHEN alive THEN newest.started_on END,
       newest.last_day, newest.last_offset, %(now)s, %(run_id)s
FROM learners LEFT JOIN newest USING (user_id)
CROSS JOIN LATERAL (
    SELECT learners.day_begun - newest.last_day <= 1
           OR (learners.day_begun - newest.last_day = 2
               AND learners.day_offset - newest.last_offset > 720) AS alive
) AS judged
