-- Lab results of the 90 days before a week's end; grain: (user, day, test).
SELECT user_id, %(sunday)s::date - taken_on, test, value, unit, ref_low, ref_high
FROM app.lab_results
WHERE user_id BETWEEN %(first)s AND %(last)s
  AND taken_on > %(sunday)s::date - 90 AND taken_on <= %(sunday)s::date
ORDER BY user_id, taken_on, test
