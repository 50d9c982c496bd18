-- Members whose published state is of a later tick meanwhile: they are this run's no more.
WITH overtaken AS (
    DELETE FROM {members} AS member USING warehouse.learner_streaks AS state
    WHERE state.user_id = member.user_id AND state.tick > %(tick)s
    RETURNING member.user_id
), unqueued AS (
    DELETE FROM ops.job_retry_queue AS queued USING overtaken
    WHERE queued.user_id = overtaken.user_id AND queued.job_name = %(job_name)s AND queued.period = %(key)s
)
DELETE FROM {learner_streaks} AS made USING overtaken WHERE made.user_id = overtaken.user_id
