-- How far the members' schedules have come with this run; grain: learner.
INSERT INTO {learner_reviews} (user_id, tick, counted_through, run_id)
SELECT user_id, %(tick)s, %(now)s, %(run_id)s
FROM {members}
WHERE user_id BETWEEN %(first)s AND %(last)s
  AND (%(users)s::bigint[] IS NULL OR user_id = ANY (%(users)s::bigint[]))
