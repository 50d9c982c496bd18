-- Grain: one row per user, day and test. The newer import wins; what is known already is left alone.
INSERT INTO app.lab_results AS known (user_id, taken_on, test, value, unit, ref_low, ref_high, import_id)
SELECT DISTINCT ON (users.user_id, incoming.taken_on, incoming.test)
    users.user_id,
    incoming.taken_on,
    incoming.test,
    incoming.value,
    incoming.unit,
    incoming.ref_low,
    incoming.ref_high,
    %(import_id)s
FROM {incoming} AS incoming
JOIN app.users AS users USING (external_id)
ORDER BY users.user_id, incoming.taken_on, incoming.test, incoming.position DESC
ON CONFLICT (user_id, taken_on, test) DO UPDATE SET
    value = EXCLUDED.value,
    unit = EXCLUDED.unit,
    ref_low = EXCLUDED.ref_low,
    ref_high = EXCLUDED.ref_high,
    import_id = EXCLUDED.import_id
WHERE (EXCLUDED.value, EXCLUDED.unit, EXCLUDED.ref_low, EXCLUDED.ref_high)
      IS DISTINCT FROM (known.value, known.unit, known.ref_low, known.ref_high)
