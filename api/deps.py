"""The only place of the API that opens connections; everything else is handed them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple, TypeVar

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from starlette.requests import Request

from api.cache import ReaderCache
from api.queries import Connection
from api.settings import ApiSettings

T = TypeVar("T")
Pool = AsyncConnectionPool[Connection]

REDIS_TIMEOUT_S = 0.2
STATEMENT_TIMEOUT_MS = 2000
ANSWER_TIMEOUT_S = 4.0  # the server's own time-out cannot end a query of a server that hangs
WAITING = 500  # readers that may queue for a connection; the rest are told at once to come back


class Warehouse:
    """PostgreSQL as almanac_reader: at most ten connections, each wait bounded."""

    def __init__(self, pool: Pool, answer_timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        self._pool = pool
        self._answer_timeout_s = answer_timeout_s

    async def ask(self, query: Callable[[Connection], Awaitable[T]]) -> T:
        """What the query answers; raises psycopg.Error, or TimeoutError where nothing comes in time.

        A query of a server that hangs takes its time to be cancelled, so that is not waited for.
        """
        task = asyncio.create_task(self._ask(query))
        done, _ = await asyncio.wait({task}, timeout=self._answer_timeout_s)
        if not done:
            task.cancel()
            raise TimeoutError
        return task.result()

    async def _ask(self, query: Callable[[Connection], Awaitable[T]]) -> T:
        async with self._pool.connection() as connection:
            return await query(connection)


class Resources(NamedTuple):
    """What a request is answered with."""

    warehouse: Warehouse
    cache: ReaderCache
    token_secret: SecretStr


@asynccontextmanager
async def open_resources(settings: ApiSettings) -> AsyncIterator[Resources]:
    """Connections for as long as the process lives. Starts also while PostgreSQL or Redis is down."""
    redis = Redis.from_url(
        settings.redis_url,
        socket_timeout=REDIS_TIMEOUT_S,
        socket_connect_timeout=REDIS_TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )
    pool = warehouse_pool(settings)
    await pool.open(wait=False)
    try:
        yield Resources(Warehouse(pool), ReaderCache(redis), settings.api_token_secret)
    finally:
        await pool.close()
        await redis.aclose()


def warehouse_pool(settings: ApiSettings) -> Pool:
    return AsyncConnectionPool(
        settings.database_url,
        connection_class=Connection,
        kwargs={
            "application_name": "almanac-api",
            "autocommit": True,
            "connect_timeout": 2,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c jit=off "
            "-c default_transaction_read_only=on",
        },
        min_size=1,
        max_size=10,
        max_waiting=WAITING,
        timeout=settings.database_wait_s,
        configure=become_reader,
        check=AsyncConnectionPool.check_connection,
        open=False,
    )


async def become_reader(connection: AsyncConnection) -> None:
    """From here on the connection can read the serving views only, whatever its login may do."""
    await connection.execute("SET ROLE almanac_reader")


def resources(request: Request) -> Resources:
    held: Resources = request.state.resources
    return held
