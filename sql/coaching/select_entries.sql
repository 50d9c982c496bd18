-- The twenty newest entries that these users had written by the tick, however old: a long silence is a fact, too.
-- Grain: entry, newest first.
SELECT wanted.user_id, entry.*
FROM unnest(%(users)s::bigint[]) AS wanted (user_id)
CROSS JOIN LATERAL (
    SELECT entry_id, local_day, written_at, source, body FROM app.journal_entries
    WHERE journal_entries.user_id = wanted.user_id AND source = 'user'
      AND written_at <= %(tick)s
    ORDER BY written_at DESC, entry_id LIMIT 20
) AS entry
