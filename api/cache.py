"""Redis in front of PostgreSQL: what it holds saves a query, and its failure costs nobody an answer."""

import time
from asyncio import Semaphore
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

T = TypeVar("T")

IN_FLIGHT = 64  # more would queue inside the process, and its own delay look like Redis's
PAUSE_S = 5.0


class Entry(NamedTuple):
    """A value to keep for so many seconds."""

    key: str
    value: bytes
    seconds: int


class ReaderCache:
    """Reads and fills; any failure is a miss, and leaves Redis alone for a few seconds."""

    def __init__(self, redis: Redis, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._clock = clock
        self._closed_until = 0.0
        self._slots = Semaphore(IN_FLIGHT)

    async def get(self, key: str) -> bytes | None:
        value = await self._attempt(lambda: self._redis.get(key))
        return value if isinstance(value, bytes) else None

    async def run(self, script: str, keys: Sequence[str], arguments: Sequence[str | int]) -> list[bytes]:
        """The texts that a Lua script answers, none where it fails. Sent by its digest, in one round trip;
        whole only to a Redis that does not know it yet."""
        found = await self._attempt(lambda: self._redis.register_script(script)(keys, arguments))
        return [text for text in found or () if isinstance(text, bytes)]

    async def fill(self, *entries: Entry) -> None:
        """Keep what was read, unless a batch published something newer in the meantime."""

        async def send() -> None:
            pipeline = self._redis.pipeline(transaction=False)
            for entry in entries:
                pipeline.set(entry.key, entry.value, ex=entry.seconds, nx=True)
            await pipeline.execute()

        await self._attempt(send)

    async def answers(self) -> bool:
        return bool(await self._attempt(self._redis.ping))

    async def _attempt(self, operation: Callable[[], Awaitable[T]]) -> T | None:
        async with self._slots:
            # Asked inside, so that whoever waited behind a hung Redis does not try it as well.
            if self._clock() < self._closed_until:
                return None
            try:
                return await operation()
            except (RedisError, OSError):
                self._closed_until = self._clock() + PAUSE_S
                return None
