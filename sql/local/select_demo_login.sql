-- Whom the pages of a demo show: who has most kinds of results, and of those the fullest brief; grain: one row.
WITH briefs AS (
    SELECT user_id, outcome = 'complete' AS is_full, length(brief::text) AS size
    FROM warehouse.weekly_health_briefs
    WHERE week_of = (SELECT max(week_of) FROM warehouse.weekly_health_briefs)
), reports AS (
    SELECT user_id, bool_or(outcome = 'complete') AS is_full FROM warehouse.monthly_learner_reports GROUP BY user_id
), messages AS (
    SELECT user_id, count(*) AS sent FROM warehouse.coaching_messages WHERE was_sent GROUP BY user_id
), boards AS (
    SELECT user_id, min(rank) AS rank FROM warehouse.weekly_leaderboard
    WHERE period = (SELECT max(period) FROM warehouse.weekly_leaderboard) GROUP BY user_id
)
SELECT external_id
FROM app.users
LEFT JOIN briefs USING (user_id)
LEFT JOIN reports USING (user_id)
LEFT JOIN messages USING (user_id)
LEFT JOIN boards USING (user_id)
ORDER BY num_nonnulls(briefs.size, reports.is_full, messages.sent, boards.rank) DESC, briefs.is_full DESC NULLS LAST,
         reports.is_full DESC NULLS LAST, briefs.size DESC NULLS LAST, boards.rank, external_id
LIMIT 1
