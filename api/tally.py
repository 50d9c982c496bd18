"""How often readers found what they asked for: each process tells Redis every few seconds, and the monitor adds up.

Redis's own count of hits would count everything else that is asked there, too.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from redis.exceptions import RedisError

from include.core import monitor

TELL_S = 10.0
HITS, MISSES = ("memory", "redis"), ("postgres",)  # layers of a Reader's counts


class Tally:
    """`reads` counts by layer, and is only read here; `clock` gives seconds since the epoch."""

    def __init__(self, redis: Redis, reads: Counter[str], clock: Callable[[], float] = time.time) -> None:
        self._redis = redis
        self._reads = reads
        self._clock = clock
        self._told: Counter[str] = Counter()
        self._over = False

    async def tell(self) -> None:
        """What came since the last time; raises RedisError, and the next time tells it as well."""
        reads = Counter(self._reads)
        new = reads - self._told
        if not new:
            return
        key = monitor.reads_key(self._clock())
        async with self._redis.pipeline() as sent:
            sent.hincrby(key, "hits", sum(new[layer] for layer in HITS))
            sent.hincrby(key, "misses", sum(new[layer] for layer in MISSES))
            sent.expire(key, monitor.READS_KEPT_S)
            await sent.execute()
        self._told = reads

    @asynccontextmanager
    async def kept_up(self) -> AsyncIterator[None]:
        """Tells every few seconds in the background."""
        task = asyncio.create_task(self._keep_telling())
        try:
            yield
        finally:
            self._over = True  # said as well, since a Redis client may swallow a cancellation
            task.cancel()

    async def _keep_telling(self) -> None:
        while not self._over:
            await asyncio.sleep(TELL_S)
            try:
                await self.tell()
            except RedisError:
                continue  # what is not told is told the next time; that Redis is away others say
