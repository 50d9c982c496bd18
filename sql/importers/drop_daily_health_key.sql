-- For the time of one COPY; see add_daily_health_key.
ALTER TABLE app.daily_health DROP CONSTRAINT daily_health_pkey
