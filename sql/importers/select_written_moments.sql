-- Grain: one row per entry named, in its place: when it was written, and on which day of the writer's calendar.
-- What the entry itself does not say follows from the user's time zone, here or in the warehouse; one that the
-- database does not know counts as UTC.
WITH named AS (
    SELECT *
    FROM unnest(%(users)s::text[], %(moments)s::timestamptz[], %(local_times)s::timestamp[])
        WITH ORDINALITY AS given (external_id, moment, local_time, place)
), newest AS (
    SELECT DISTINCT ON (external_id) external_id, time_zone
    FROM incoming_users
    WHERE time_zone IS NOT NULL
    ORDER BY external_id, position DESC
)
SELECT
    coalesce(named.moment, named.local_time AT TIME ZONE coalesce(zones.name, 'UTC')),
    coalesce(named.local_time, named.moment AT TIME ZONE coalesce(zones.name, 'UTC'))::date
FROM named
LEFT JOIN newest USING (external_id)
LEFT JOIN app.users AS known USING (external_id)
LEFT JOIN pg_timezone_names AS zones ON zones.name = coalesce(newest.time_zone, known.time_zone)
ORDER BY named.place
