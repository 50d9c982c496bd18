-- The board's header; grain: board. Final once a run began after the period's end; restated where a final
-- board's rows change. Where nothing changed, its times stay what they were.
INSERT INTO warehouse.leaderboards AS known
    (board, period, state, learners, digest, updated_at, run_id)
SELECT split_part(%(job_name)s, '_', 1), %(period)s,
       CASE WHEN %(now)s >= %(ends_at)s THEN 'final' ELSE 'provisional' END,
       count(*), coalesce(bit_xor(hash_record_extended((user_id, position, rank, attempts, correct), 0)), 0),
       %(now)s, %(run_id)s
FROM {results}
ON CONFLICT (board, period) DO UPDATE SET
    state = CASE WHEN known.state = 'final' THEN 'final' ELSE excluded.state END,
    learners = excluded.learners,
    digest = excluded.digest,
    run_id = excluded.run_id,
    updated_at = CASE
        WHEN known.digest = excluded.digest AND (known.state = 'final' OR excluded.state = 'provisional')
            THEN known.updated_at
        ELSE excluded.updated_at END,
    restated_at = CASE
        WHEN known.state = 'final' AND known.digest <> excluded.digest THEN excluded.updated_at
        ELSE known.restated_at END
