"""Closing a week of a learning app: the database's share, everything else, and how it is read.

close: the whole run stage by stage as the DAG does it: members and tallies, ranks, checks, indexes, Great
    Expectations in a process forked as its task is (see `judging`), publication, Redis.
bare: one statement that counts and ranks the same attempts and writes the same rows, then the two indexes
    that the board is read by, and nothing else. In turn with the close.
close_ratio: what the server spent on the close (its statements, by pg_stat_statements, Great Expectations'
    included) against the bare statement.
outside_share: the part of the close's time that was not spent in the server.
baseline: learner by learner, ten at a time; what it does stands at the head of `per_learner`. On a sample, whose
    tallies and order must be the board's.
my rank, around me: what Redis says it took for the question (its slow log, told of everything). Around me is ten
    neighbours on either side. …_waited and the payload (the first hundred and the reader's own row): the read
    API's own function on its own client, one reader at a time, from the question to the parsed answer; Python's
    garbage collector is on, as in the API. ping_waited is the same client's PING: what is below it is the machine's.
http: the read API itself, one process, four connections from another, half of the requests for the board and half
    for the reader's place with ten neighbours on either side; everybody has signed in before.
"""

import asyncio
import multiprocessing
import random
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import psycopg
from redis import Redis
from redis.asyncio import Redis as AsyncRedis

from api.board_views import Asked
from api.cache import ReaderCache
from api.leaderboards import shown_board
from benchmarks import harness, judging
from benchmarks.per_learner import per_learner_rate
from benchmarks.reading import load, peers
from include.batch import runs, stages
from include.batch.job import RunRequest
from include.core.boards import WEEKLY, pointer, unpacked
from include.core.db import connect
from include.core.periods import BoardWeek
from include.leaderboard import cache
from include.leaderboard.job import WEEKLY_JOB
from include.local.population import fill_week

WEEK = BoardWeek(date(2025, 11, 3))
NOW = datetime(2025, 11, 14, tzinfo=UTC)
TARGETS = {
    "close_ratio": ("<=", 1.5),
    "outside_share": ("<=", 0.5),
    "baseline_ratio": (">=", 20.0),
    "my_rank_p99_ms": ("<=", 1.0),
    "around_me_p99_ms": ("<=", 1.0),
    "payload_p99_ms": ("<=", 10.0),
    "http_p99_ms": ("<=", 10.0),
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


class Closed(NamedTuple):
    """One close: seconds in all, of them in the server, by part, and the peak of this process."""

    total: float
    server: float
    parts: dict[str, float]
    peak_mb: float


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
    judging.judge(url, WEEKLY_JOB, run.run_id)
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


async def reads(redis_url: str, asked: int) -> dict[str, float]:
    """99th percentiles in ms: what Redis took for the question, and what its reader waited for the answer."""
    # The API stops waiting after a fifth of a second; here a slow answer is to be counted, not cut off.
    async with AsyncRedis.from_url(redis_url, socket_timeout=60) as redis:
        shown: Any = await redis.get(pointer(WEEKLY, None))
        everybody = await redis.hkeys(unpacked(WEEKLY, shown).positions)
        members = random.Random(1).sample(everybody, min(asked, len(everybody)))
        del everybody  # the collector would walk over it, and the API has no such thing
        await redis.config_set("slowlog-max-len", 10 * asked)  # the commands inside a script, too
        reader = ReaderCache(redis)
        await _timed(reader, Asked(WEEKLY, None, int(members[0])))  # from here on Redis knows the script

        async def p99s(**what: Any) -> tuple[float, float]:
            await redis.config_set("slowlog-log-slower-than", 0)  # everything is told
            await redis.slowlog_reset()
            waited = [await _timed(reader, Asked(WEEKLY, None, int(user), **what)) for user in members]
            await redis.config_set("slowlog-log-slower-than", -1)
            told = [
                one for one in await redis.slowlog_get(10 * asked) if one["command"].startswith(b"EVALSHA")
            ]
            assert len(told) == len(members)
            return _p99([one["duration"] / 1000 for one in told]), _p99([1000 * one for one in waited])

        rank, rank_waited = await p99s()
        around, around_waited = await p99s(around=10)
        _, payload = await p99s(with_top=True)
        pings = [await _pinged(redis) for _ in members]
    return {
        "my_rank_p99_ms": rank,
        "around_me_p99_ms": around,
        "payload_p99_ms": payload,
        "my_rank_waited_p99_ms": rank_waited,
        "around_me_waited_p99_ms": around_waited,
        "ping_waited_p99_ms": _p99(pings),
    }


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


async def _pinged(redis: "AsyncRedis") -> float:
    start = time.perf_counter()
    await redis.ping()
    return (time.perf_counter() - start) * 1000


async def _timed(reader: ReaderCache, asked: Asked) -> float:
    start = time.perf_counter()
    seen = await shown_board(reader, asked)
    took = time.perf_counter() - start
    assert seen is not None
    assert seen.user_rank is not None
    return took


def over_http(url: str, redis_url: str, asked: int) -> dict[str, float]:
    with connect(url) as connection:
        rows = connection.execute(
            "SELECT external_id FROM warehouse.weekly_leaderboard JOIN app.users USING (user_id) "
            "WHERE period = %s ORDER BY random() LIMIT %s",
            (WEEK.first, asked),
        ).fetchall()
    paths = ("/api/v1/leaderboard/weekly", "/api/v1/leaderboard/my-rank?around=10")
    asks = [load.request(paths[n % 2], peers.token(one)) for n, (one,) in enumerate(rows)]
    server, client = peers.CORES
    with peers.Server(peers.ours, url, redis_url, core=server) as ours:
        load.ask(ours.port, asks, 4, client)
        answered = load.ask(ours.port, asks, 4, client)
    assert set(answered.by_status) == {200}, answered.by_status
    return {"http_p99_ms": answered.percentile_ms(99), "http_per_s": answered.rate}


def _fill(url: str, users: int, attempts: int) -> None:
    with connect(url) as connection:
        fill_week(connection, users=users, attempts=attempts, seed=1, monday=WEEK.first)


def measure(
    url: str, redis_url: str, users: int, attempts: int, rounds: int, quiet: bool
) -> dict[str, float]:
    """All figures of one size."""
    _prepare(url, users, attempts, quiet)
    with Redis.from_url(redis_url) as redis:
        pairs = _pairs(url, redis, rounds, quiet)
        redis_mb = redis.info("memory")["used_memory"] / 1e6
    total = harness.median([done.total for _, done in pairs])
    read = asyncio.run(reads(redis_url, 2_000 if users < 100_000 else 20_000))
    rate = asyncio.run(per_learner_rate(url, redis_url, WEEK, min(users // 10, 5_000)))
    return {
        "close_ratio": harness.median([done.server / bound for bound, done in pairs]),
        "outside_share": harness.median([1 - done.server / done.total for _, done in pairs]),
        "bare_s": harness.median([bound for bound, _ in pairs]),
        "close_s": total,
        "peak_mb": max(done.peak_mb for _, done in pairs),
        "baseline_learners_per_s": rate,
        "baseline_ratio": users / total / rate,
        **read,
        **over_http(url, redis_url, 2_000 if users < 100_000 else 20_000),
        "redis_mb": redis_mb,
    }


def _prepare(url: str, users: int, attempts: int, quiet: bool) -> None:
    start = time.perf_counter()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
        fresh.submit(_fill, url, users, attempts).result()  # its memory is not the batch's
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        connection.execute("VACUUM ANALYZE")
    seconds = time.perf_counter() - start
    harness.say(quiet, f"{users:,} learners, {attempts:,} attempts made in {seconds:.0f} s")


def _pairs(url: str, redis: Any, rounds: int, quiet: bool) -> list[tuple[float, Closed]]:
    """Bare statement and close in turn, after a close that does not count."""
    judging.ready()
    close(url, redis)
    pairs = []
    for number in range(1, rounds + 1):
        bound, done = bare(url), close(url, redis)
        pairs.append((bound, done))
        parts = "  ".join(f"{name} {seconds:.1f}" for name, seconds in done.parts.items())
        server = f"server {done.server:.1f} of {done.total:.1f} s"
        harness.say(quiet, f"  {number}: bare {bound:.1f} s, {server}  ({parts})")
    return pairs


def main() -> None:
    asked = harness.options(__doc__)
    users = (asked.users or [4_000 if asked.quick else 500_000])[0]
    rounds = 2 if asked.quick else asked.rounds
    statistics = {"shared_preload_libraries": "pg_stat_statements"}
    with harness.server(**statistics) as server_url, harness.redis_server() as redis_server:
        url = harness.database(server_url, "learners")
        figures = measure(url, redis_server.url, users, users * 20, rounds, asked.json)
    harness.report(figures, TARGETS, asked.json)


if __name__ == "__main__":
    main()
