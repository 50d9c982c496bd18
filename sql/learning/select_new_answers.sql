-- Answers given before the tick that are not in the schedule yet, with what is known of their question;
-- grain: answer, in the order of learner, question and time. Where one of them is older than the newest that
-- was counted, all answers to the question come, and nothing is known. Ten minutes allow for transactions that
-- commit late.
WITH learners AS MATERIALIZED (
    SELECT member.user_id, state.tick, state.counted_through - interval '10 minutes' AS counted_through
    FROM {members} AS member LEFT JOIN warehouse.learner_reviews AS state USING (user_id)
    WHERE member.user_id BETWEEN %(first)s AND %(last)s
      AND (%(users)s::bigint[] IS NULL OR member.user_id = ANY (%(users)s::bigint[]))
), arrived AS MATERIALIZED (
    SELECT answer.*, known.stability, known.difficulty, known.reviewed_at, known.due_at, known.reviews,
           known.lapses,
           bool_or(answer.answered_at <= known.reviewed_at) OVER (PARTITION BY answer.user_id, answer.question_id)
               AS changes_the_past
    FROM learners CROSS JOIN LATERAL (
        SELECT user_id, question_id, event_id, answered_at, correct FROM app.answers
        WHERE answers.user_id = learners.user_id
          AND answered_at >= coalesce(learners.tick, '-infinity') AND answered_at < %(tick)s
        UNION ALL
        SELECT user_id, question_id, event_id, answered_at, correct FROM app.answers
        WHERE answers.user_id = learners.user_id
          AND stored_at >= learners.counted_through AND answered_at < learners.tick
    ) AS answer
    LEFT JOIN warehouse.review_schedule AS known
        ON known.user_id = answer.user_id AND known.question_id = answer.question_id
)
SELECT user_id, question_id, answered_at, correct, stability, difficulty, reviewed_at, due_at, reviews, lapses
FROM (
    SELECT * FROM arrived WHERE changes_the_past IS NOT TRUE
    UNION ALL
    SELECT answer.*, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM (SELECT DISTINCT user_id, question_id FROM arrived WHERE changes_the_past) AS afresh
    CROSS JOIN LATERAL (
        SELECT user_id, question_id, event_id, answered_at, correct FROM app.answers
        WHERE answers.user_id = afresh.user_id AND answers.question_id = afresh.question_id
          AND answered_at < %(tick)s
        OFFSET 0  -- learner by learner, by the index: these are few, and the attempts are many
    ) AS answer
) AS wanted
ORDER BY user_id, question_id, answered_at, event_id
