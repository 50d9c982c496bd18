-- Grain: one row per user of the import whose carried columns differ. last_active_at never goes back.
WITH newest AS (
    SELECT DISTINCT ON (external_id) *
    FROM {incoming}
    ORDER BY external_id, position DESC
), merged AS (
    SELECT
        known.user_id,
        CASE WHEN 'display_name' = ANY(%(carried)s) THEN newest.display_name
             ELSE known.display_name END AS display_name,
        CASE WHEN 'time_zone' = ANY(%(carried)s) THEN coalesce(newest.time_zone, 'UTC')
             ELSE known.time_zone END AS time_zone,
        CASE WHEN 'age_band' = ANY(%(carried)s) THEN newest.age_band ELSE known.age_band END AS age_band,
        CASE WHEN 'sex' = ANY(%(carried)s) THEN newest.sex ELSE known.sex END AS sex,
        greatest(known.last_active_at, newest.last_active_at) AS last_active_at
    FROM newest
    JOIN app.users AS known USING (external_id)
)
UPDATE app.users AS known
SET display_name = merged.display_name,
    time_zone = merged.time_zone,
    age_band = merged.age_band,
    sex = merged.sex,
    last_active_at = merged.last_active_at
FROM merged
WHERE known.user_id = merged.user_id
  AND (known.display_name, known.time_zone, known.age_band, known.sex, known.last_active_at)
      IS DISTINCT FROM
      (merged.display_name, merged.time_zone, merged.age_band, merged.sex, merged.last_active_at)
