-- One publication of streaks at a time, since two ticks may have the same learner; readers go on.
LOCK TABLE warehouse.learner_streaks IN SHARE ROW EXCLUSIVE MODE
