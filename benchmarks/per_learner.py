"""The straightforward way to a board: learner by learner, ten at a time over ten connections.

Tally: per learner one query for the name, the answers of the week and how many of them were right.
Order: all tallies sorted in memory, with position, shared ranks and percentile.
Keep: per learner one insert, committed by itself, into a table with the board's two indexes; and the row with
    its percentile as JSON into Redis, under a key of the learner's own that expires in a day, and the learner's
    position into a sorted set, both in one round trip.

It does what a reader of the board needs and no more. What else the close does is left out: floods, the check
of every row, the run's expectations, lease, log and header, and the switch from one version to the next.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

import orjson
from psycopg_pool import AsyncConnectionPool
from redis.asyncio import Redis

from include.core.boards import SECONDS, percentile, told
from include.core.db import connect
from include.core.periods import BoardWeek

T = TypeVar("T")
AT_ONCE = 10
TALLY = (
    "SELECT coalesce(display_name, 'A learner'), count(*), count(*) FILTER (WHERE correct) "
    "FROM app.users JOIN app.answers USING (user_id) WHERE user_id = %s "
    "AND answered_at >= %s AND answered_at < %s AND received_at < %s GROUP BY display_name"
)
INSERT = (
    "INSERT INTO bare.slow (user_id, period, position, rank, attempts, correct) "
    "VALUES (%s, %s, %s, %s, %s, %s)"
)


class Tally(NamedTuple):
    """A learner's week."""

    user_id: int
    name: str
    attempts: int
    correct: int


class Placed(NamedTuple):
    """The same with its place among all."""

    tally: Tally
    position: int
    rank: int


async def per_learner_rate(url: str, redis_url: str, week: BoardWeek, sample: int) -> float:
    """Learners a second, of a sample of all; raises AssertionError where it makes another board."""
    users, board = _sample(url, week, sample)
    async with (
        AsyncConnectionPool(url, min_size=AT_ONCE, max_size=AT_ONCE, open=False) as pool,
        Redis.from_url(redis_url) as redis,
    ):
        await pool.wait()
        await asyncio.gather(*(redis.ping() for _ in range(AT_ONCE)))
        began = time.perf_counter()
        tallies = await _ten_at_a_time(users, lambda user: _tally(pool, week, user))
        placed = place([one for one in tallies if one])
        await _ten_at_a_time(placed, lambda one: _keep(pool, redis, week, one, len(placed)))
        took = time.perf_counter() - began
    assert [(one.tally.user_id, one.tally.attempts, one.tally.correct) for one in placed] == board
    return len(users) / took


def _sample(url: str, week: BoardWeek, size: int) -> tuple[list[int], list[tuple[int, int, int]]]:
    """Some of all learners, and (user, attempts, correct) of those on the board in its order. A table to fill."""
    with connect(url) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS bare")
        connection.execute("DROP TABLE IF EXISTS bare.slow")
        connection.execute("CREATE TABLE bare.slow (LIKE warehouse.weekly_leaderboard INCLUDING ALL)")
        some = connection.execute(
            "SELECT user_id FROM app.users ORDER BY md5(user_id::text) LIMIT %s", (size,)
        )
        users = [row[0] for row in some]
        board = connection.execute(
            "SELECT user_id, attempts, correct FROM warehouse.weekly_leaderboard "
            "WHERE period = %s AND user_id = ANY (%s) ORDER BY position",
            (week.first, users),
        ).fetchall()
    return sorted(users), board


async def _ten_at_a_time(items: Sequence[Any], work: Callable[[Any], Awaitable[T]]) -> list[T]:
    """What comes of each item, in any order."""
    waiting = iter(items)

    async def worker() -> list[T]:
        return [await work(item) for item in waiting]  # shared: each takes the next

    return [one for done in await asyncio.gather(*(worker() for _ in range(AT_ONCE))) for one in done]


async def _tally(pool: AsyncConnectionPool[Any], week: BoardWeek, user_id: int) -> Tally | None:
    bounds = week.values()
    late = bounds["ends_at"] + timedelta(hours=72)
    async with pool.connection() as connection:
        cursor = await connection.execute(
            TALLY, (user_id, bounds["starts_at"], bounds["ends_at"], late), prepare=True
        )
        found = await cursor.fetchone()
    return Tally(user_id, *found) if found else None


def place(tallies: Sequence[Tally]) -> list[Placed]:
    """All in order: attempts, then correct, then id; equals share a rank."""
    placed: list[Placed] = []
    for position, one in enumerate(sorted(tallies, key=lambda t: (-t.attempts, -t.correct, t.user_id)), 1):
        before = placed[-1] if placed else None
        shares = before is not None and before.tally[2:] == one[2:]
        placed.append(Placed(one, position, before.rank if before and shares else position))
    return placed


async def _keep(
    pool: AsyncConnectionPool[Any], redis: Redis, week: BoardWeek, one: Placed, learners: int
) -> None:
    (user_id, name, attempts, correct), position, rank = one
    async with pool.connection() as connection:
        await connection.execute(
            INSERT, (user_id, week.first, position, rank, attempts, correct), prepare=True
        )
    row = {**told(rank, user_id, name, attempts, correct), "percentile": percentile(rank, learners)}
    async with redis.pipeline() as pipeline:
        pipeline.set(f"slow:{week.key}:{user_id}", orjson.dumps(row), ex=SECONDS)
        pipeline.zadd(f"slow:{week.key}", {str(user_id): position})
        await pipeline.execute()
