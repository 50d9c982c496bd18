-- Staged streaks of learners whose published state is of a later tick meanwhile.
DELETE FROM {learner_streaks} AS made
USING warehouse.learner_streaks AS state
WHERE state.user_id = made.user_id AND state.tick > made.tick
