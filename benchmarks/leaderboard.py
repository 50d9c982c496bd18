"""Closing a week of a learning app: the database's share, everything else, and how it is read.

close: the whole run stage by stage as the DAG does it: members and tallies, ranks, checks, indexes, Great
    Expectations in a process of its own (its import included, as in a task), publication, Redis.
bare: one statement that counts and ranks the same attempts and writes the same rows, then the two indexes
    that the board is read by, and nothing else. In turn with the close.
close_ratio: what the server spent on the close (its statements, by pg_stat_statements, Great Expectations'
    included) against the bare statement.
outside_share: the part of the close's time that was not spent in the server.
baseline: per learner one query for the tally, ten at a time over ten connections, then the sort and an
    insert per learner; on a sample whose tallies must equal the board's.
my rank, around me: position and the rows around it from Redis, as the read API asks for them.
"""

import asyncio
import multiprocessing
import random
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import psycopg
from psycopg_pool import AsyncConnectionPool
from redis import Redis

from benchmarks import harness
from include.batch import runs, stages
from include.batch.job import Run, RunRequest
from include.core.boards import WEEKLY, pointer, unpacked
from include.core.db import connect
from include.core.periods import BoardWeek
from include.leaderboard import cache
from include.leaderboard.job import WEEKLY_JOB
from include.local.population import fill_week

WEEK = BoardWeek(date(2025, 11, 3))
NOW = datetime(2025, 11, 14, tzinfo=UTC)
AT_ONCE = 10
TARGETS = {
    "close_ratio": ("<=", 1.5),
    "outside_share": ("<=", 0.5),
    "baseline_ratio": (">=", 20.0),
    "my_rank_p99_ms": ("<=", 1.0),
    "around_me_p99_ms": ("<=", 1.0),
    "payload_p99_ms": ("<=", 10.0),
}
BARE = """
INSERT INTO bare.board (user_id, period, position, rank, attempts, correct)
SELECT user_id, %(period)s, row_number() OVER (ORDER BY attempts DESC, correct DESC, user_id),
       rank() OVER (ORDER BY attempts DESC, correct DESC), attempts, correct
FROM (SELECT user_id, count(*) AS attempts, count(*) FILTER (WHERE correct) AS correct
      FROM app.question_attempts
      WHERE answered_at >= %(starts_at)s AND answered_at < %(ends_at)s AND NOT skipped
        AND received_at < %(ends_at)s + interval '72 hours'
        AND answered_at <= received_at + interval '5 minutes'
      GROUP BY user_id) AS tallies
"""
ONE = (
    "SELECT count(*), count(*) FILTER (WHERE correct) FROM app.question_attempts WHERE user_id = %s "
    "AND answered_at >= %s AND answered_at < %s AND NOT skipped AND received_at < %s "
    "AND answered_at <= received_at + interval '5 minutes'"
)
INSERT = "INSERT INTO bare.slow (user_id, period, attempts, correct) VALUES (%s, %s, %s, %s)"


class Closed(NamedTuple):
    """One close: seconds in all, of them in the server, by part, and the peak of this process."""

    total: float
    server: float
    parts: dict[str, float]
    peak_mb: float


def _judge(url: str, run: Run) -> bool:
    with connect(url) as connection:
        return stages.judge(connection, url, WEEKLY_JOB, run, runs.request_of(run)).blocked


def close(url: str, redis: Any) -> Closed:
    """One whole run."""
    parts: dict[str, float] = {}
    request = RunRequest()

    def timed(name: str, stage: Any, *rest: Any) -> Any:
        start = time.perf_counter()
        with connect(url) as connection:
            result = stage(connection, *rest)
        parts[name] = parts.get(name, 0) + time.perf_counter() - start
        return result

    _reset(url)
    began = time.perf_counter()
    run = timed("open", runs.open_run, WEEKLY_JOB.name, WEEK.key, f"bench:{time.time_ns()}", request, NOW)
    for shard in timed("plan", stages.plan, WEEKLY_JOB, run, request):
        timed("rank", stages.process, WEEKLY_JOB, run, shard)
    assert timed("check", stages.check, WEEKLY_JOB, run) == []
    timed("indexes", stages.build_indexes, WEEKLY_JOB, run, request)
    start = time.perf_counter()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
        fresh.submit(_judge, url, run).result()
    parts["expectations"] = time.perf_counter() - start
    timed("publish", stages.publish, WEEKLY_JOB, run, request, NOW)
    timed("redis", lambda connection: cache.write(connection, redis, WEEKLY, WEEK.first))
    summary = timed("close", stages.close, WEEKLY_JOB, run, NOW)
    total = time.perf_counter() - began
    assert summary["problem"] is None, summary
    return Closed(
        total, _server_seconds(url), parts, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    )


def _reset(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_stat_statements_reset()")


def _server_seconds(url: str) -> float:
    """What the server spent on statements since the reset."""
    query = (
        "SELECT coalesce(sum(total_exec_time + total_plan_time), 0) / 1000 FROM pg_stat_statements "
        "WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return float(row[0])


def bare(url: str) -> float:
    """Seconds of the one statement, into a table with the board's two indexes."""
    with connect(url) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS bare")
        connection.execute("DROP TABLE IF EXISTS bare.board")
        connection.execute("CREATE TABLE bare.board (LIKE warehouse.weekly_leaderboard)")
    began = time.perf_counter()
    with connect(url) as connection:
        connection.execute(BARE, WEEK.values())
        connection.execute("ALTER TABLE bare.board ADD PRIMARY KEY (user_id, period)")
        connection.execute("CREATE INDEX ON bare.board (period, position)")
    return time.perf_counter() - began


async def per_learner_rate(url: str, sample: int) -> float:
    """Learners a second in the straightforward way; their tallies are the board's."""
    with connect(url) as connection:
        rows = connection.execute(
            "SELECT user_id, attempts, correct FROM warehouse.weekly_leaderboard WHERE period = %s "
            "ORDER BY md5(user_id::text) LIMIT %s",
            (WEEK.first, sample),
        ).fetchall()
        connection.execute("CREATE TABLE bare.slow (LIKE warehouse.weekly_leaderboard)")
        for column in ("position", "rank"):
            connection.execute(f"ALTER TABLE bare.slow ALTER {column} DROP NOT NULL")
    queue: asyncio.Queue[tuple[int, int, int]] = asyncio.Queue()
    for row in rows:
        queue.put_nowait(row)
    bounds = WEEK.values()

    async def worker(pool: AsyncConnectionPool[Any]) -> None:
        while not queue.empty():
            user_id, attempts, correct = queue.get_nowait()
            async with pool.connection() as connection:
                late = bounds["ends_at"] + timedelta(hours=72)
                cursor = await connection.execute(
                    ONE, (user_id, bounds["starts_at"], bounds["ends_at"], late), prepare=True
                )
                found = await cursor.fetchone()
                assert found == (attempts, correct), (user_id, found, attempts, correct)
                await connection.execute(INSERT, (user_id, WEEK.first, *found), prepare=True)

    async with AsyncConnectionPool(url, min_size=AT_ONCE, max_size=AT_ONCE, open=False) as pool:
        await pool.wait()
        began = time.perf_counter()
        await asyncio.gather(*(worker(pool) for _ in range(AT_ONCE)))
        return len(rows) / (time.perf_counter() - began)


def reads(redis: Any, asked: int) -> dict[str, float]:
    """99th percentiles in ms of what the read API asks Redis for, one reader at a time."""
    version = unpacked(WEEKLY, redis.get(pointer(WEEKLY, None)))
    everybody = redis.hkeys(version.positions)
    members = [int(user) for user in random.Random(1).sample(everybody, min(asked, len(everybody)))]
    return {
        "my_rank_p99_ms": _p99([_timed(redis, user, 0) for user in members]),
        "around_me_p99_ms": _p99([_timed(redis, user, 10) for user in members]),
        "payload_p99_ms": _p99([_timed_top(redis) for _ in range(asked)]),
    }


def _timed(redis: Any, user: int, around: int) -> float:
    start = time.perf_counter()
    version = unpacked(WEEKLY, redis.get(pointer(WEEKLY, None)))
    place = int(redis.hget(version.positions, user))
    rows = redis.lrange(version.rows, max(0, place - around), place + around)
    took = time.perf_counter() - start
    assert any(b'"user_id":%d,' % user in row for row in rows)
    return took


def _timed_top(redis: Any) -> float:
    start = time.perf_counter()
    assert redis.get(unpacked(WEEKLY, redis.get(pointer(WEEKLY, None))).top)
    return time.perf_counter() - start


def _p99(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)] * 1000


def _fill(url: str, users: int, attempts: int) -> None:
    with connect(url) as connection:
        fill_week(connection, users=users, attempts=attempts, seed=1, monday=WEEK.first)


def measure(url: str, redis: Any, users: int, attempts: int, rounds: int, quiet: bool) -> dict[str, float]:
    """All figures of one size."""
    start = time.perf_counter()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
        fresh.submit(_fill, url, users, attempts).result()  # its memory is not the batch's
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        connection.execute("VACUUM ANALYZE")
    harness.say(
        quiet, f"{users:,} learners, {attempts:,} attempts made in {time.perf_counter() - start:.0f} s"
    )
    close(url, redis)
    pairs = []
    for number in range(rounds):
        bound, done = bare(url), close(url, redis)
        pairs.append((bound, done))
        parts = "  ".join(f"{name} {seconds:.1f}" for name, seconds in done.parts.items())
        harness.say(
            quiet,
            f"  {number + 1}: bare {bound:.1f} s, server {done.server:.1f} of {done.total:.1f} s  ({parts})",
        )
    total = harness.median([done.total for _, done in pairs])
    peak_mb = max(done.peak_mb for _, done in pairs)
    rate = asyncio.run(per_learner_rate(url, min(users // 10, 5_000)))
    return {
        "close_ratio": harness.median([done.server / bound for bound, done in pairs]),
        "outside_share": harness.median([1 - done.server / done.total for _, done in pairs]),
        "bare_s": harness.median([bound for bound, _ in pairs]),
        "close_s": total,
        "peak_mb": peak_mb,
        "baseline_learners_per_s": rate,
        "baseline_ratio": users / total / rate,
        **reads(redis, 2_000 if users < 100_000 else 20_000),
        "redis_mb": redis.info("memory")["used_memory"] / 1e6,
    }


def main() -> None:
    asked = harness.options(__doc__)
    users = (asked.users or [4_000 if asked.quick else 500_000])[0]
    attempts = users * 20
    statistics = {"shared_preload_libraries": "pg_stat_statements"}
    with harness.server(**statistics) as server_url, harness.redis_server() as redis_url:
        url = harness.database(server_url, "learners")
        with Redis.from_url(redis_url) as redis:
            figures = measure(url, redis, users, attempts, 2 if asked.quick else asked.rounds, asked.json)
    harness.report(figures, TARGETS, asked.json)


if __name__ == "__main__":
    main()
