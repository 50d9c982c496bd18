"""A PostgreSQL that hangs in the middle of a query holds a reader up for a bounded time."""

import asyncio
import time

import psycopg
import pytest
from redis import Redis

from api.deps import CONNECTIONS, FAILURES_IN_A_ROW, PAUSE_S, Pool, Warehouse, warehouse_pool
from api.queries import Connection
from api.settings import ApiSettings
from tests.api.readers import SECRET, OpenClient


def test_a_reader_waits_neither_for_the_query_nor_for_its_end(warehouse: str) -> None:
    ended = asyncio.Event()

    async def hang(_: Connection) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await ended.wait()  # as a driver does that waits for a dead server to confirm the cancel

    async def scenario() -> None:
        settings = ApiSettings(database_url=warehouse, redis_url="redis://unused", api_token_secret=SECRET)
        async with warehouse_pool(settings) as pool:
            await pool.wait()
            started = time.monotonic()
            with pytest.raises(TimeoutError):
                await Warehouse(pool, answer_timeout_s=0.1).ask(hang)
            assert time.monotonic() - started < 1.0
            ended.set()

    asyncio.run(scenario())


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


async def fail(_: Connection) -> None:
    raise psycopg.OperationalError("gone")


async def one(_: Connection) -> int:
    return 1


def opened(warehouse: str) -> Pool:
    return warehouse_pool(
        ApiSettings(database_url=warehouse, redis_url="redis://unused", api_token_secret=SECRET)
    )


def test_after_failures_in_a_row_postgres_is_left_alone_and_then_asked_by_one_first(warehouse: str) -> None:
    async def scenario() -> None:
        clock = Clock()
        async with opened(warehouse) as pool:
            asked = Warehouse(pool, clock=clock)
            for _ in range(FAILURES_IN_A_ROW):
                with pytest.raises(psycopg.OperationalError, match="gone"):
                    await asked.ask(fail)
            with pytest.raises(psycopg.OperationalError, match="a moment ago"):
                await asked.ask(one)
            clock.now += PAUSE_S
            gate = asyncio.Event()

            async def slow(_: Connection) -> int:
                await gate.wait()
                return 2

            first = asyncio.create_task(asked.ask(slow))
            await asyncio.sleep(0.01)
            with pytest.raises(psycopg.OperationalError, match="a moment ago"):
                await asked.ask(one)  # others do not pile up behind the one who tries
            gate.set()
            assert await first == 2
            assert await asyncio.gather(*(asked.ask(one) for _ in range(30))) == [1] * 30

    asyncio.run(scenario())


def test_a_single_failure_closes_nothing(warehouse: str) -> None:
    async def scenario() -> None:
        async with opened(warehouse) as pool:
            asked = Warehouse(pool)
            for _ in range(2 * FAILURES_IN_A_ROW):
                with pytest.raises(psycopg.OperationalError, match="gone"):
                    await asked.ask(fail)
                assert await asked.ask(one) == 1

    asyncio.run(scenario())


def test_never_more_queries_than_connections_and_nobody_is_turned_away(warehouse: str) -> None:
    async def scenario() -> None:
        flying = most = 0

        async def counted(connection: Connection) -> None:
            nonlocal flying, most
            flying += 1
            most = max(most, flying)
            await connection.execute("SELECT pg_sleep(0.001)")
            flying -= 1

        async with opened(warehouse) as pool:
            asked = Warehouse(pool)
            await asyncio.gather(*(asked.ask(counted) for _ in range(500)))
        assert most == CONNECTIONS

    asyncio.run(scenario())


def test_connections_that_a_restart_of_redis_has_cut_cost_nothing(
    open_client: OpenClient, redis_url: str
) -> None:
    with open_client() as client, Redis.from_url(redis_url) as redis:
        cache = client.app_state["resources"].cache
        for _ in range(2):
            assert client.portal.call(cache.answers)
            assert redis.client_kill_filter(_type="normal", skipme=True) >= 1
        assert client.portal.call(cache.answers), "or it would be left alone for seconds"
