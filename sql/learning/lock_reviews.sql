-- One publication of review schedules at a time, since two ticks may have the same learner; readers go on.
LOCK TABLE warehouse.learner_reviews IN SHARE ROW EXCLUSIVE MODE
