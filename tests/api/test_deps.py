"""A PostgreSQL that hangs in the middle of a query holds a reader up for a bounded time."""

import asyncio
import time

import pytest

from api.deps import Warehouse, warehouse_pool
from api.queries import Connection
from api.settings import ApiSettings
from tests.api.readers import SECRET


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
