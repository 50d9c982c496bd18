-- How the messages of some weeks were taken, the weeks taken together; grain: predicted rating.
SELECT rating::int, sum(messages)::int, sum(opened)::int, sum(answered)::int, sum(dismissed)::int
FROM warehouse.coaching_calibration WHERE week_of BETWEEN %(first)s AND %(last)s
GROUP BY rating ORDER BY rating
