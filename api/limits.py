"""How often one credential may ask: so many requests a minute, over all processes together.

Each process counts by itself and tells Redis of every few requests, in the background: no request waits for
the count. Processes may so let through some more than the limit, each a twentieth of it at most at a time.
Without Redis each process holds its own callers to the limit, and the metrics say so.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from api.problems import Problem

log = logging.getLogger(__name__)

WINDOW_S = 60
SHARES = 20  # of the limit: how often Redis is told


class Limit:
    """Fixed windows of a minute. `kind` names whose requests these are; `clock` gives seconds since the epoch."""

    def __init__(
        self, redis: Redis, kind: str, per_minute: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._redis = redis
        self._kind = kind
        self._most = per_minute
        self._share = max(1, per_minute // SHARES)
        self._clock = clock
        self._window = 0
        self._here: dict[int, int] = {}
        self._elsewhere: dict[int, int] = {}
        self._telling: set[asyncio.Task[None]] = set()
        self.refused = 0
        self.untold = 0  # shares that Redis did not take

    def admits(self, who: int) -> bool:
        """Counts a request, unless it is one too many."""
        window = int(self._clock() // WINDOW_S)
        if window != self._window:
            self._window, self._here, self._elsewhere = window, {}, {}
        here = self._here.get(who, 0)
        if here + self._elsewhere.get(who, 0) >= self._most:
            return False
        self._here[who] = here = here + 1
        if here % self._share == 0:
            task = asyncio.create_task(self._tell(who, window, here))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)
        return True

    def require(self, who: int) -> None:
        """Counts a request; raises 429 with when to come back."""
        if not self.admits(who):
            self.refused += 1
            wait = WINDOW_S - int(self._clock()) % WINDOW_S
            detail = f"at most {self._most} requests a minute; try again in {wait} seconds"
            raise Problem(429, "too-many-requests", detail, {"Retry-After": str(wait)})

    async def _tell(self, who: int, window: int, here: int) -> None:
        """Adds a share to the count of all processes, and learns what the others have."""
        key = f"requests:{self._kind}:{who}:{window}"
        try:
            async with self._redis.pipeline() as sent:
                sent.incrby(key, self._share)
                sent.expire(key, 2 * WINDOW_S)
                counted: list[Any] = await sent.execute()
        except RedisError:
            self.untold += 1
            return
        if window == self._window:
            self._elsewhere[who] = max(self._elsewhere.get(who, 0), counted[0] - here)
