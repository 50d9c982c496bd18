-- Grain: one row per user and day.
ALTER TABLE app.daily_health ADD CONSTRAINT daily_health_pkey PRIMARY KEY (user_id, day)
