"""Memory, Redis and PostgreSQL as one reader sees them: who is asked how often, and what is served when one
of them is slow, gone or behind."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import psycopg
import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from api import reading
from api.cache import ReaderCache
from api.memory import Memory
from api.reading import Reader, Source, State
from include.core.cache_keys import lease
from include.core.envelope import Content, Lifetime, sealed
from tests.api.readers import NOWHERE

KEY = "user:1:thing"
HOLDS = Lifetime(fresh=100, refreshed=200, kept=1000)
OWN_CHOICE = Lifetime(0, 0, 1000)


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class Table:
    """A row in PostgreSQL: how often it was read, and what happens to who reads it."""

    def __init__(self) -> None:
        self.body: bytes | None = b"first"
        self.reads = 0
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def load(self) -> Content:
        self.reads += 1
        body = self.body
        await self.gate.wait()
        if self.error:
            raise self.error
        return Content(body)

    def source(self, lifetime: Lifetime = HOLDS) -> Source:
        return Source(KEY, lifetime, self.load)


class World:
    """One table, one Redis, one clock; any number of processes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clock = Clock()
        self.table = Table()
        self.redis = Redis.from_url(url)
        self.opened = [self.redis]

    def process(self, url: str | None = None) -> Reader:
        redis = Redis.from_url(url or self.url, retry=Retry(NoBackoff(), 0))
        self.opened.append(redis)
        return Reader(ReaderCache(redis, self.clock), Memory(1_000_000), self.clock)

    async def read(self, reader: Reader, lifetime: Lifetime = HOLDS) -> tuple[bytes, State]:
        found = await reader.read(self.table.source(lifetime))
        return found.entry.plain(), found.state

    async def until(self, holds: Callable[[], Awaitable[object] | object]) -> None:
        """Let everybody else work until it holds."""
        async with asyncio.timeout(5):
            while True:
                value = holds()
                if await value if isinstance(value, Awaitable) else value:
                    return
                await asyncio.sleep(0)


@asynccontextmanager
async def world(url: str) -> AsyncIterator[World]:
    made = World(url)
    try:
        yield made
    finally:
        for redis in made.opened:
            await redis.aclose()


def test_a_hundred_readers_of_a_process_are_one_query(redis_url: str) -> None:
    async def scenario() -> None:
        async with world(redis_url) as w:
            process = w.process()
            answers = await asyncio.gather(*(w.read(process) for _ in range(100)))
            assert set(answers) == {(b"first", State.FRESH)}
            assert w.table.reads == 1

    asyncio.run(scenario())


def test_two_processes_are_one_query(redis_url: str) -> None:
    async def scenario() -> None:
        async with world(redis_url) as w:
            w.table.gate.clear()
            one, other = w.process(), w.process()
            first = asyncio.create_task(w.read(one))
            await w.until(lambda: w.table.reads)
            second = asyncio.create_task(w.read(other))
            await asyncio.sleep(3 * reading.LOOK_S)
            w.table.gate.set()
            assert await first == await second == (b"first", State.FRESH)
            assert w.table.reads == 1
            assert await w.redis.exists(lease(KEY)) == 0

    asyncio.run(scenario())


def test_who_waits_for_a_process_that_died_reads_itself_in_the_end(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        monkeypatch.setattr(reading, "LOOK_S", 0.0)
        async with world(redis_url) as w:
            await w.redis.set(lease(KEY), "a process that is no more", px=60_000)
            waiting = asyncio.create_task(w.read(w.process()))
            await asyncio.sleep(0.05)
            assert w.table.reads == 0
            w.clock.now += reading.OTHERS_S
            assert await waiting == (b"first", State.FRESH)

    asyncio.run(scenario())


def test_a_reader_slower_than_a_publication_keeps_nothing(redis_url: str) -> None:
    """It read the old row; the batch published and removed entry and lease; then it comes to Redis."""

    async def scenario() -> None:
        async with world(redis_url) as w:
            w.table.gate.clear()
            slow = asyncio.create_task(w.read(w.process()))
            await w.until(lambda: w.table.reads)
            w.table.body = b"second"
            await w.redis.unlink(KEY, lease(KEY))
            w.table.gate.set()
            assert await slow == (b"first", State.FRESH)  # it asked before
            assert await w.redis.get(KEY) is None
            assert await w.read(w.process()) == (b"second", State.FRESH)

    asyncio.run(scenario())


def test_a_publication_is_seen_within_seconds_although_the_process_remembers(redis_url: str) -> None:
    async def scenario() -> None:
        async with world(redis_url) as w:
            process = w.process()
            await w.read(process)
            w.table.body = b"second"
            await w.redis.unlink(KEY, lease(KEY))
            assert await w.read(process) == (b"first", State.FRESH)
            w.clock.now += reading.REMEMBERED_S
            assert await w.read(process) == (b"second", State.FRESH)
            assert reading.REMEMBERED_S <= 5

    asyncio.run(scenario())


def test_what_is_no_longer_fresh_is_served_once_more_while_it_is_read_anew(redis_url: str) -> None:
    async def scenario() -> None:
        async with world(redis_url) as w:
            process = w.process()
            await w.read(process)
            w.table.body = b"second"
            w.table.gate.clear()
            w.clock.now += HOLDS.fresh
            answers = await asyncio.gather(*(w.read(process) for _ in range(20)))
            assert set(answers) == {(b"first", State.REFRESHING)}
            w.table.gate.set()
            await w.until(lambda: process.at_hand(KEY))
            assert await w.read(process) == (b"second", State.FRESH)
            assert w.table.reads == 2

    asyncio.run(scenario())


def test_what_is_too_old_is_waited_for(redis_url: str) -> None:
    async def scenario() -> None:
        async with world(redis_url) as w:
            process = w.process()
            await w.read(process)
            w.table.body = b"second"
            w.clock.now += HOLDS.refreshed
            assert await w.read(process) == (b"second", State.FRESH)

    asyncio.run(scenario())


@pytest.mark.parametrize("age", [HOLDS.fresh, HOLDS.refreshed])
@pytest.mark.parametrize("error", [psycopg.OperationalError("gone"), TimeoutError()])
def test_postgres_down_serves_the_last_good_bytes_and_says_so(
    redis_url: str, age: int, error: Exception
) -> None:
    async def scenario() -> None:
        async with world(redis_url) as w:
            process = w.process()
            await w.read(process)
            w.clock.now += age
            w.table.error, w.table.body = error, b"second"
            await w.read(process)
            await w.until(lambda: not process.reading)
            told = await process.read(w.table.source())
            assert (told.entry.plain(), told.state, told.age) == (b"first", State.STALE, age)
            w.table.error = None
            w.clock.now += reading.RETRY_S
            await w.read(process)
            await w.until(lambda: not process.reading)
            assert await w.read(process) == (b"second", State.FRESH)  # without a restart

    asyncio.run(scenario())


def test_while_postgres_is_down_it_is_asked_once_in_a_while(redis_url: str) -> None:
    async def scenario() -> None:
        async with world(redis_url) as w:
            process = w.process()
            await w.read(process)
            w.clock.now += HOLDS.refreshed
            w.table.error = psycopg.OperationalError("gone")
            for _ in range(50):
                assert (await w.read(process))[1] is State.STALE
            assert w.table.reads == 2

    asyncio.run(scenario())


def test_slow_postgres_holds_nobody_up_who_could_have_the_last_good_bytes(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        monkeypatch.setattr(reading, "PATIENCE_S", 0.02)
        async with world(redis_url) as w:
            process = w.process()
            await w.read(process)
            w.clock.now += HOLDS.refreshed
            w.table.body = b"second"
            w.table.gate.clear()
            assert await w.read(process) == (b"first", State.STALE)
            w.clock.now += reading.RETRY_S
            assert await w.read(process) == (b"first", State.STALE)
            w.table.gate.set()  # the first query was never given up, nor was a second one sent
            await w.until(lambda: not process.reading)
            assert await w.read(process) == (b"second", State.FRESH)
            assert w.table.reads == 2

    asyncio.run(scenario())


def test_in_a_crowd_the_last_good_bytes_make_room_for_who_has_none(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis was restarted, and PostgreSQL is asked for as much as it can do."""

    async def scenario() -> None:
        monkeypatch.setattr(reading, "CROWD", 2)
        async with world(redis_url) as w:
            process = w.process()

            async def read(number: int) -> tuple[bytes, State]:
                found = await process.read(Source(f"user:{number}:thing", HOLDS, w.table.load))
                return found.entry.plain(), found.state

            for number in range(5):
                await read(number)
            await w.redis.flushall()
            w.clock.now += reading.REMEMBERED_S
            w.table.body = b"second"
            w.table.gate.clear()
            waiting = [asyncio.create_task(read(number)) for number in (0, 1)]
            await w.until(lambda: w.table.reads == 7)
            assert await read(2) == (b"first", State.STALE)
            waiting.append(asyncio.create_task(read(9)))
            await w.until(lambda: w.table.reads == 8)
            w.table.gate.set()
            assert await asyncio.gather(*waiting) == [(b"second", State.FRESH)] * 3
            assert await read(3) == (b"first", State.STALE), "for a second, so that the crowd can leave"
            w.clock.now += reading.RETRY_S
            assert [await read(number) for number in (2, 3)] == [(b"second", State.FRESH)] * 2

    asyncio.run(scenario())


def test_nothing_was_ever_read_and_postgres_is_down(redis_url: str) -> None:
    async def scenario() -> None:
        async with world(redis_url) as w:
            w.table.error = psycopg.OperationalError("gone")
            process = w.process()
            for _ in range(2):
                with pytest.raises(psycopg.OperationalError):
                    await w.read(process)
            assert await w.redis.exists(lease(KEY)) == 0, "nobody waits for who has failed"

    asyncio.run(scenario())


def test_redis_down_still_one_query_and_then_memory(redis_url: str) -> None:
    async def scenario() -> None:
        async with world(redis_url) as w:
            process = w.process(f"redis://{NOWHERE}")
            answers = await asyncio.gather(*(w.read(process) for _ in range(100)))
            assert set(answers) == {(b"first", State.FRESH)}
            assert w.table.reads == 1

    asyncio.run(scenario())


def test_both_down_serves_what_the_process_remembers(redis_url: str) -> None:
    async def scenario() -> None:
        async with world(redis_url) as w:
            process = w.process(f"redis://{NOWHERE}")
            await w.read(process)
            w.clock.now += HOLDS.fresh
            w.table.error = psycopg.OperationalError("gone")
            assert await w.read(process) == (b"first", State.STALE)
            w.clock.now += HOLDS.kept
            with pytest.raises(psycopg.OperationalError):
                await w.read(process)  # nothing is kept for ever

    asyncio.run(scenario())


def test_what_the_reader_changes_is_asked_for_every_time(redis_url: str) -> None:
    async def scenario() -> None:
        async with world(redis_url) as w:
            one, other = w.process(), w.process()
            await w.read(one, OWN_CHOICE)
            w.table.body = b"second"
            assert await w.read(one, OWN_CHOICE) == (b"second", State.FRESH)
            w.table.error = psycopg.OperationalError("gone")
            assert await w.read(one, OWN_CHOICE) == (b"second", State.STALE)
            assert await w.read(other, OWN_CHOICE) == (b"second", State.STALE), "from Redis"

    asyncio.run(scenario())


def test_a_reading_begun_before_a_change_does_not_tell_of_it(redis_url: str) -> None:
    async def scenario() -> None:
        async with world(redis_url) as w:
            process = w.process()
            w.table.gate.clear()
            before = asyncio.create_task(w.read(process, OWN_CHOICE))
            await w.until(lambda: w.table.reads)
            w.table.body = b"second"
            await process.forget(KEY)
            after = asyncio.create_task(w.read(process, OWN_CHOICE))
            await w.until(lambda: w.table.reads == 2)
            w.table.gate.set()
            assert (await before)[0] == b"first"
            assert (await after)[0] == b"second"

    asyncio.run(scenario())


def test_nothing_is_remembered_too_and_is_no_last_good_answer(redis_url: str) -> None:
    async def scenario() -> None:
        async with world(redis_url) as w:
            w.table.body = None
            process = w.process()
            assert (await process.read(w.table.source())).entry.is_absent
            assert (await w.process().read(w.table.source())).entry.is_absent
            assert w.table.reads == 1
            w.clock.now += 61
            w.table.error = psycopg.OperationalError("gone")
            with pytest.raises(psycopg.OperationalError):
                await w.read(process)

    asyncio.run(scenario())


def test_an_entry_of_another_version_is_a_miss(redis_url: str) -> None:
    async def scenario() -> None:
        async with world(redis_url) as w:
            await w.redis.set(KEY, b'{"plain": "json of an earlier version"}')
            process = w.process()
            assert await w.read(process) == (b"first", State.FRESH)
            assert await w.redis.get(KEY) == sealed(Content(b"first"), HOLDS, w.clock.now).packed()

    asyncio.run(scenario())


def test_a_reader_who_leaves_takes_nobodys_answer_away(redis_url: str) -> None:
    async def scenario() -> None:
        async with world(redis_url) as w:
            w.table.gate.clear()
            process = w.process()
            leaving, staying = (asyncio.create_task(w.read(process)) for _ in range(2))
            await w.until(lambda: w.table.reads)
            leaving.cancel()
            w.table.gate.set()
            assert await staying == (b"first", State.FRESH)

    asyncio.run(scenario())
