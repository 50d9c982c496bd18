"""Redis in front of PostgreSQL: what it holds saves a query, and its failure costs nobody an answer."""

import asyncio
import time
from asyncio import Semaphore
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from functools import cache, partial
from hashlib import sha1
from typing import Any, NamedTuple
from uuid import uuid4

from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError

from api.gathering import Gathered
from include.core import cache_keys

IN_FLIGHT = 64  # more would queue inside the process, and its own delay look like Redis's
PAUSE_S = 2.0
LEASE_MS = 5000  # longer than any query may take

# KEYS: entry, lease. ARGV: the lease's holder, the entry, its seconds, 1 to give the lease back. Keeps the entry
# only for who holds the lease: a publication in the meantime has taken it away.
FILL_SCRIPT = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
if ARGV[4] == '1' then redis.call('DEL', KEYS[2]) end
"""
# KEYS: lease. ARGV: its holder.
RELEASE_SCRIPT = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


Command = tuple[str | bytes | int, ...]


class Entry(NamedTuple):
    """A value to keep for so many seconds."""

    key: str
    value: bytes
    seconds: int


class Lease(Enum):
    """Who may read a missing entry from PostgreSQL, for all processes."""

    OURS = "ours"
    THEIRS = "theirs"
    UNKNOWN = "unknown"  # Redis does not answer


class ReaderCache:
    """Reads and fills; any failure is a miss, and leaves Redis alone for a few seconds."""

    def __init__(self, redis: Redis, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._clock = clock
        self._closed_until = 0.0
        self._slots = Semaphore(IN_FLIGHT)
        self._holder = uuid4().hex
        self._gets: Gathered[str, bytes | None] = Gathered(self._mget)
        self._commands: Gathered[Command, Any] = Gathered(self._pipeline)

    def get(self, key: str) -> "asyncio.Future[bytes | None]":
        """The value, None where there is none. A command of its own for each would cost the process more than
        all the rest of an answer."""
        return self._gets.ask(key)

    async def _mget(self, keys: Sequence[str]) -> Sequence[bytes | None]:
        found: Sequence[bytes | None] | None = await self._attempt(partial(self._redis.mget, keys))
        return found or [None] * len(keys)

    async def _pipeline(self, commands: Sequence[Command]) -> Sequence[Any]:
        """Their answers in order; UNKNOWN for each where Redis does not answer."""
        pipeline = self._redis.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        answers = await self._attempt(partial(pipeline.execute, raise_on_error=False))
        return answers or [Lease.UNKNOWN] * len(commands)

    async def run(
        self, script: str, keys: Sequence[str], arguments: Sequence[str | int | bytes]
    ) -> list[bytes]:
        """The texts that a Lua script answers, none where it fails. Sent by its digest, in one round trip;
        whole only to a Redis that does not know it yet."""
        rest = (len(keys), *keys, *arguments)
        found = await self._commands.ask(("EVALSHA", _digest(script), *rest))
        if isinstance(found, NoScriptError):
            found = await self._commands.ask(("EVAL", script, *rest))
        return [text for text in found if isinstance(text, bytes)] if isinstance(found, list) else []

    async def fill(self, *entries: Entry) -> None:
        """Keep what was read, unless a batch published something newer in the meantime."""
        for entry in entries:
            await self._commands.ask(("SET", entry.key, entry.value, "EX", entry.seconds, "NX"))

    async def put(self, entry: Entry) -> None:
        """Keep it whatever is there."""
        await self._attempt(lambda: self._redis.set(entry.key, entry.value, ex=entry.seconds))

    async def drop(self, key: str) -> None:
        await self._attempt(lambda: self._redis.unlink(key, cache_keys.lease(key)))

    async def lease(self, key: str) -> Lease:
        """Ask to be the only one to read the key's entry from PostgreSQL, for LEASE_MS at most."""
        given = await self._commands.ask(("SET", cache_keys.lease(key), self._holder, "PX", LEASE_MS, "NX"))
        if given is Lease.UNKNOWN or isinstance(given, RedisError):
            return Lease.UNKNOWN
        return Lease.OURS if given else Lease.THEIRS

    async def fill_leased(self, entry: Entry, leased: str | None = None) -> None:
        """Keep what was read under our lease and give it back; or under that of `leased`, which goes on."""
        keys = (entry.key, cache_keys.lease(leased or entry.key))
        values = (self._holder, entry.value, entry.seconds, int(leased is None))
        await self._commands.ask(("EVAL", FILL_SCRIPT, 2, *keys, *values))

    async def release(self, key: str) -> None:
        """Give our lease back without an entry."""
        await self._commands.ask(("EVAL", RELEASE_SCRIPT, 1, cache_keys.lease(key), self._holder))

    async def answers(self) -> bool:
        return bool(await self._attempt(self._redis.ping))

    async def _attempt(self, operation: Callable[[], Awaitable[Any]], default: Any = None) -> Any:
        async with self._slots:
            # Asked inside, so that whoever waited behind a hung Redis does not try it as well.
            if self._clock() < self._closed_until:
                return default
            try:
                return await operation()
            except (RedisError, OSError):
                self._closed_until = self._clock() + PAUSE_S
                return default


@cache
def _digest(script: str) -> str:
    return sha1(script.encode(), usedforsecurity=False).hexdigest()  # by which Redis knows a script
