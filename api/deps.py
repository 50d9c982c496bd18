"""The only place of the API that opens connections; everything else is handed them."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import NamedTuple, TypeVar

import httpx
import psycopg
from psycopg import AsyncConnection, sql
from psycopg_pool import AsyncConnectionPool
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisGone
from starlette.requests import Request

from api.airflow import Airflow
from api.auth import TokenKeys
from api.board_views import Asked, LastSeen, Seen
from api.cache import ReaderCache
from api.flights import Flights
from api.gathering import Gathered
from api.known_callers import KnownCallers
from api.limits import Limit
from api.measures import Measures
from api.memory import Memory
from api.newest import NewestWeek
from api.queries import Brief, Connection, Wanted, select_briefs, select_user_ids
from api.reading import Reader
from api.revocation import Revoked
from api.settings import ApiSettings
from api.tally import Tally

T = TypeVar("T")
Pool = AsyncConnectionPool[Connection]

REDIS_TIMEOUT_S = 0.2
STATEMENT_TIMEOUT_MS = 2000
ANSWER_TIMEOUT_S = 4.0  # the server's own time-out cannot end a query of a server that hangs
CONNECTIONS = 10
WRITING_CONNECTIONS = 4
QUEUE_S = 10.0  # how long a reader stands in line for a connection that others use
FAILURES_IN_A_ROW = 3
RECONNECT_S = 3.0  # the pool tries at ever longer intervals, and anew with the first who asks after that
PAUSE_S = 1.0
ADMINISTRATORS_PER_MINUTE = 120
AIRFLOW_TIMEOUT_S = 10.0
MEMORY_BYTES = 128 * 1024 * 1024
BOARD_BYTES = 32 * 1024 * 1024


class Warehouse:
    """PostgreSQL as almanac_reader: never more queries at a time than there are connections, each wait bounded.

    Where it failed several times in a row it is left alone for a moment, and then asked by one reader first.
    """

    def __init__(
        self,
        pool: Pool,
        answer_timeout_s: float = ANSWER_TIMEOUT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool = pool
        self._answer_timeout_s = answer_timeout_s
        self._clock = clock
        self._slots = asyncio.Semaphore(CONNECTIONS)
        self._failures = 0
        self._closed_until = 0.0

    async def ask(self, query: Callable[[Connection], Awaitable[T]]) -> T:
        """What the query answers; raises psycopg.Error, or TimeoutError where nothing comes in time.

        A query of a server that hangs takes its time to be cancelled, so that is not waited for.
        """
        self._refuse_while_closed()
        await asyncio.wait_for(self._slots.acquire(), QUEUE_S)
        try:
            self._refuse_while_closed()  # asked again, for whoever stood in line meanwhile
            if self._failures >= FAILURES_IN_A_ROW:
                self._closed_until = self._clock() + self._answer_timeout_s  # we try for all others
            return await self._answer(query)
        finally:
            self._slots.release()

    def _refuse_while_closed(self) -> None:
        if self._clock() < self._closed_until:
            raise psycopg.OperationalError("PostgreSQL did not answer a moment ago")

    async def _answer(self, query: Callable[[Connection], Awaitable[T]]) -> T:
        try:
            answer = await self._in_time(query)
        except (psycopg.OperationalError, TimeoutError):
            self._failures += 1
            if self._failures >= FAILURES_IN_A_ROW:
                self._closed_until = self._clock() + PAUSE_S
            raise
        self._failures, self._closed_until = 0, 0.0
        return answer

    async def _in_time(self, query: Callable[[Connection], Awaitable[T]]) -> T:
        task = asyncio.create_task(self._ask(query))
        done, _ = await asyncio.wait({task}, timeout=self._answer_timeout_s)
        if not done:
            task.cancel()
            raise TimeoutError
        return task.result()

    async def _ask(self, query: Callable[[Connection], Awaitable[T]]) -> T:
        """Once more where the connection turns out to be dead: after a restart of PostgreSQL all of them are,
        and to look before every query would cost as much as the query."""
        async with self._pool.connection() as connection:
            try:
                return await query(connection)
            except psycopg.OperationalError:
                if not connection.broken:
                    raise
        await self._pool.check()
        async with self._pool.connection() as connection:
            return await query(connection)


class Administration(NamedTuple):
    """What administrators are answered with, apart from everything of the users.

    `numbers`: PostgreSQL, as a role that can ask for the monitor's numbers and for nothing else.
    """

    key: SecretStr | None
    metrics_token: SecretStr | None
    limit: Limit
    numbers: Warehouse
    redis: Redis
    airflow: Airflow


class Resources(NamedTuple):
    """What a request is answered with."""

    warehouse: Warehouse
    writing: Warehouse
    cache: ReaderCache
    reader: Reader
    newest: NewestWeek
    users: Gathered[str, int | None]
    briefs: Gathered[Wanted, Brief | None]
    last_boards: Memory[Asked, LastSeen]
    board_flights: Flights[Seen | None]
    callers: KnownCallers
    keys: TokenKeys
    revoked: Revoked
    limit: Limit
    measures: Measures
    administration: Administration


@asynccontextmanager
async def open_resources(settings: ApiSettings) -> AsyncIterator[Resources]:
    """Connections for as long as the process lives. Starts also while PostgreSQL or Redis is down."""
    redis = Redis.from_url(
        settings.redis_url,
        socket_timeout=REDIS_TIMEOUT_S,
        socket_connect_timeout=REDIS_TIMEOUT_S,
        # Once more, for a connection that a restart has cut; no time-out is waited twice.
        retry=Retry(NoBackoff(), 1, (RedisGone,)),
    )
    cache = ReaderCache(redis)
    revoked = Revoked(redis)
    reader = Reader(cache, Memory(MEMORY_BYTES))
    async with (
        warehouse_pool(settings) as reading,
        writing_pool(settings) as writing,
        administration(settings, redis) as administering,
        revoked.kept_up(),
        Tally(redis, reader.reads).kept_up(),
    ):
        warehouse = Warehouse(reading)
        yield Resources(
            warehouse=warehouse,
            writing=Warehouse(writing),
            cache=cache,
            reader=reader,
            newest=NewestWeek(cache),
            users=Gathered(lambda ids: warehouse.ask(lambda asked: select_user_ids(asked, ids))),
            briefs=Gathered(lambda wanted: warehouse.ask(lambda asked: select_briefs(asked, wanted))),
            last_boards=Memory(BOARD_BYTES),
            board_flights=Flights(),
            callers=KnownCallers(revoked),
            keys=TokenKeys(settings.api_token_secret, settings.api_token_keys),
            revoked=revoked,
            limit=Limit(redis, "user", settings.requests_per_minute),
            measures=Measures(),
            administration=administering,
        )
    await redis.aclose()


@asynccontextmanager
async def administration(settings: ApiSettings, redis: Redis) -> AsyncIterator[Administration]:
    """Connects when an administrator asks, and not before."""
    async with AsyncExitStack() as stack:
        client = None
        if settings.airflow_url:
            client = httpx.AsyncClient(base_url=settings.airflow_url, timeout=AIRFLOW_TIMEOUT_S)
            await stack.enter_async_context(client)
        pool = await stack.enter_async_context(monitor_pool(settings))
        yield Administration(
            key=settings.admin_api_key,
            metrics_token=settings.metrics_token,
            limit=Limit(redis, "administrator", ADMINISTRATORS_PER_MINUTE),
            numbers=Warehouse(pool),
            redis=redis,
            airflow=Airflow(client, settings.airflow_user, settings.airflow_password),
        )


def monitor_pool(settings: ApiSettings) -> Pool:
    """Connections that can ask for the monitor's numbers, and nothing else."""
    return _pool(settings, "almanac_monitor", 1, "-c default_transaction_read_only=on", kept=0)


def warehouse_pool(settings: ApiSettings) -> Pool:
    """Connections that can read the serving views and nothing else, whatever their login may do."""
    return _pool(settings, "almanac_reader", CONNECTIONS, "-c default_transaction_read_only=on")


def writing_pool(settings: ApiSettings) -> Pool:
    """Connections that can call the two functions by which users write, and nothing else."""
    return _pool(settings, "almanac_app_writer", WRITING_CONNECTIONS, "")


def _pool(settings: ApiSettings, role: str, size: int, options: str, kept: int = 1) -> Pool:
    async def become(connection: AsyncConnection) -> None:
        await connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))

    return AsyncConnectionPool(
        settings.database_url,
        connection_class=Connection,
        kwargs={
            "application_name": "almanac-api",
            "autocommit": True,
            "connect_timeout": 2,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c jit=off -c timezone=UTC {options}",
        },
        min_size=kept,
        max_size=size,
        timeout=settings.database_wait_s,
        reconnect_timeout=RECONNECT_S,
        configure=become,
        open=False,
    )


def resources(request: Request) -> Resources:
    held: Resources = request.state.resources
    return held
