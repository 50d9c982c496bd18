"""How a person's results are read: this process's memory, Redis, PostgreSQL; and the last good bytes where
none of them has newer ones.

Any number of readers of one key cause one query: those of a process share a flight, processes share a lease
in Redis. What is no longer fresh is served once more while it is read anew. What cannot be read anew is
served as it last was, and says so.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

import psycopg

from api.cache import Entry, Lease, ReaderCache
from api.flights import Flights
from api.memory import Memory
from include.core import cache_keys
from include.core.envelope import Content, Envelope, Lifetime, sealed, unpacked

REMEMBERED_S = 3.0  # how long a process may not notice a publication
RETRY_S = 1.0  # how long last good bytes are served before PostgreSQL is asked once more
PATIENCE_S = 1.0  # how long a reader waits for PostgreSQL who could have the last good bytes
CROWD = 200  # readings that PostgreSQL is to answer: more would only make each other wait
OTHERS_S = 2.0  # how long a reader waits for another process's reading
LOOK_S = 0.02
OVERHEAD = 1500  # bytes of an entry in memory beside its body
POSTGRES = "postgres"
FAILURES = (psycopg.Error, TimeoutError)


class State(Enum):
    FRESH = "fresh"
    REFRESHING = "refreshing"  # somebody reads it anew at this moment
    STALE = "stale"  # cannot be read anew at the moment


class Source(NamedTuple):
    """What is read: its key, how long it holds, and how it is had where neither memory nor Redis has it."""

    key: str
    lifetime: Lifetime
    load: Callable[[], Awaitable[Content]]
    origin: str = POSTGRES  # who is asked: PostgreSQL, or what is kept of something larger


@dataclass(slots=True)
class Found:
    """An entry, and how it stood at `looked_at`; from `until` on this process looks again."""

    entry: Envelope
    state: State
    looked_at: float
    until: float
    as_sent: Any = None  # the answer with the body as it is kept

    @property
    def age(self) -> int:
        """Whole seconds from the reading out of PostgreSQL to our last look."""
        return max(0, int(self.looked_at - self.entry.stored_at))

    @property
    def weight(self) -> int:
        return len(self.entry.body) + OVERHEAD


class Reader:
    """Reads through the layers. `clock` gives seconds since the epoch."""

    def __init__(
        self, cache: ReaderCache, memory: Memory[str, Found], clock: Callable[[], float] = time.time
    ) -> None:
        self._cache = cache
        self._memory = memory
        self._clock = clock
        self._flights: Flights[Found] = Flights()
        self._asking = 0  # readings that PostgreSQL is to answer
        self._crowded_until = 0.0
        self.reads: Counter[str] = Counter()  # by the layer that answered

    def at_hand(self, key: str) -> Found | None:
        """What this process may serve without asking anybody."""
        found = self._memory.get(key)
        if found is None or found.until <= self._clock():
            return None
        self.reads["memory"] += 1
        return found

    async def read(self, source: Source) -> Found:
        """The entry; raises psycopg.Error or TimeoutError where it cannot be read and was never read before."""
        if source.lifetime.fresh == 0:
            return await self._read_anew(source, None)
        return self.at_hand(source.key) or await self.look(source, may_share=True)

    @property
    def reading(self) -> int:
        """How many entries are read from PostgreSQL at this moment, or waited for."""
        return len(self._flights)

    async def forget(self, key: str) -> None:
        """What the reader has just changed: no flight that began before shall tell of it."""
        self._memory.drop(key)
        self._flights.leave(key)
        await self._cache.drop(key)

    async def last(self, key: str) -> Found | None:
        """What was good once, however old it is."""
        remembered = self._memory.get(key)
        value = None if remembered else await self._cache.get(key)
        entry = remembered.entry if remembered else unpacked(value) if value else None
        if entry is None or entry.is_absent:
            return None
        self.reads["last good"] += 1
        return self._remember(key, entry, State.STALE, self._clock() + RETRY_S)

    async def keep(self, beside: str, source: Source, content: Content) -> None:
        """What was read together with `beside`, under its lease."""
        entry = sealed(content, source.lifetime, self._clock())
        self._remember(source.key, entry, State.FRESH, entry.stored_at + REMEMBERED_S)
        await self._cache.fill_leased(Entry(source.key, entry.packed(), source.lifetime.kept), beside)

    async def look(self, source: Source, *, may_share: bool = False) -> Found:
        """What Redis holds now, or else what PostgreSQL says, whatever this process remembers. `may_share`: or what
        somebody else was told while Redis was asked."""
        value = await self._cache.get(source.key)
        entry = unpacked(value) if value else None
        found = self._standing(source.key, entry) if entry else None
        if found is None:
            shared = self.at_hand(source.key) if may_share else None
            return shared or await self._read_anew(source, entry)
        if found.state is not State.FRESH:
            self._flights.begin(source.key, lambda: self._read_once(source, entry))
        self.reads["redis"] += 1
        return found

    def _standing(self, key: str, entry: Envelope) -> Found | None:
        """The entry as it may be served without waiting for PostgreSQL; None where it is too old for that."""
        now = self._clock()
        if now < entry.fresh_until:
            return self._remember(key, entry, State.FRESH, min(now + REMEMBERED_S, entry.fresh_until))
        if now >= entry.refreshed_until:
            return None
        before = self._memory.get(key)
        is_stuck = before is not None and before.state is State.STALE
        return self._remember(key, entry, State.STALE if is_stuck else State.REFRESHING, now)

    async def _read_anew(self, source: Source, old: Envelope | None) -> Found:
        """What PostgreSQL says, or the last good bytes: at once where it fails or many are read already, soon
        where it is slow."""
        last = self._last_good(source, old)
        if last and source.lifetime.fresh and self._is_crowded():
            self.reads["last good"] += 1
            return self._remember(source.key, last, State.STALE, self._clock() + RETRY_S)
        flight = self._flights.begin(source.key, lambda: self._read_once(source, old))
        try:
            return await asyncio.wait_for(asyncio.shield(flight), PATIENCE_S if last else None)
        except FAILURES:
            last = last or await self._last_kept(source)
            if last is None:
                raise
            self.reads["last good"] += 1
            return self._remember(source.key, last, State.STALE, self._clock() + RETRY_S)

    def _is_crowded(self) -> bool:
        """Whether PostgreSQL is asked for so much that who has last good bytes gives way; for a second, not only
        until one answer is there."""
        if self._asking >= CROWD:
            self._crowded_until = self._clock() + RETRY_S
        return self._clock() < self._crowded_until

    async def _read_once(self, source: Source, old: Envelope | None) -> Found:
        """The same, counted for as long as it lasts where it is PostgreSQL that is asked."""
        asks = source.origin == POSTGRES
        self._asking += asks
        try:
            return await self._read_leased(source, old)
        finally:
            self._asking -= asks

    async def _read_leased(self, source: Source, old: Envelope | None) -> Found:
        """The entry from PostgreSQL, or from another process that is reading it at this moment."""
        lease = Lease.UNKNOWN if source.lifetime.fresh == 0 else await self._cache.lease(source.key)
        if lease is Lease.THEIRS:
            theirs = await self._wait_for_others(source.key, old)
            if theirs is not None:
                return theirs
        try:
            return await self._load(source, lease)
        except FAILURES:
            if lease is Lease.OURS:
                await self._cache.release(source.key)
            if old is not None:
                self._remember(source.key, old, State.STALE, self._clock() + RETRY_S)
            raise

    async def _wait_for_others(self, key: str, old: Envelope | None) -> Found | None:
        """What the holder of the lease keeps, if that comes in time."""
        ends = self._clock() + OTHERS_S
        while self._clock() < ends:
            value = await self._cache.get(key)
            entry = unpacked(value) if value else None
            if entry is not None and (old is None or entry.stored_at > old.stored_at):
                return self._standing(key, entry)
            await asyncio.sleep(LOOK_S)
        return None

    async def _load(self, source: Source, lease: Lease) -> Found:
        content = await source.load()
        now = content.read_at or self._clock()
        lifetime = source.lifetime if content.body is not None else cache_keys.ABSENT
        entry = sealed(content, lifetime, now)
        kept = Entry(source.key, entry.packed(), lifetime.kept)
        if lease is Lease.OURS:
            await self._cache.fill_leased(kept)
        elif source.lifetime.fresh == 0:
            await self._cache.put(kept)
        self.reads[source.origin] += 1
        until = min(now + REMEMBERED_S, entry.fresh_until)
        return self._remember(source.key, entry, State.FRESH, until)

    def _remember(self, key: str, entry: Envelope, state: State, until: float) -> Found:
        found = Found(entry, state, self._clock(), until)
        self._memory.put(key, found)
        return found

    def _last_good(self, source: Source, old: Envelope | None) -> Envelope | None:
        """The newest entry that we have, however old, as long as it is to be kept."""
        remembered = self._memory.get(source.key)
        had = [one for one in (old, remembered and remembered.entry) if one and not one.is_absent]
        newest = max(had, key=lambda entry: entry.stored_at, default=None)
        if newest is None or self._clock() >= newest.stored_at + source.lifetime.kept:
            return None
        return newest

    async def _last_kept(self, source: Source) -> Envelope | None:
        """What Redis holds of a source that is otherwise never read from there."""
        value = await self._cache.get(source.key) if source.lifetime.fresh == 0 else None
        return unpacked(value) if value else None
