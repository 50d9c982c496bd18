-- The tick at which most generated or loaded users fall due, by their plans; grain: one row, or none.
SELECT date_trunc('hour', next_due_at - interval '1 microsecond', 'UTC') + interval '1 hour' AS tick
FROM warehouse.coaching_schedule
WHERE enabled AND next_due_at IS NOT NULL
GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1
