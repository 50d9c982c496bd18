"""The newest week that anybody has a brief of: where a reader's own newest brief most likely is.

Without it a reader's newest brief costs two questions, which week and then its bytes. A process asks Redis
again every few seconds; what it does not know costs nothing but that second question.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import date

from api.cache import ReaderCache
from include.core import cache_keys

ASKED_EVERY_S = 2.0


class NewestWeek:
    """What the batch noted when it published; kept while Redis does not know it."""

    def __init__(self, cache: ReaderCache, clock: Callable[[], float] = time.monotonic) -> None:
        self._cache = cache
        self._clock = clock
        self._known: date | None = None
        self._ask_at = 0.0
        self._asking: asyncio.Task[date | None] | None = None

    def week(self) -> date | None:
        """At once; what was published in the last seconds may not be known yet."""
        if self._clock() >= self._ask_at:
            self._ask_at = self._clock() + ASKED_EVERY_S
            self._asking = asyncio.create_task(self.asked())
        return self._known

    async def asked(self) -> date | None:
        """What Redis says at this moment; None where it does not know."""
        value = await self._cache.get(cache_keys.newest_week())
        if value is None:
            return None
        self._known = date.fromisoformat(value.decode())
        return self._known
