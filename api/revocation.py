"""Tokens that are over before they expire: single ones, or all that a person had until some moment.

Redis has the list. Each process keeps a copy, looks for additions every few seconds and takes nothing back,
so a request is never held up by the question, and an emptied Redis revives no token while processes live.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

KEY = "revoked"  # sorted set: `token:<jti>` or `person:<digest>` → seconds since the epoch
LOOK_S = 10.0
LOOK_AGAIN_S = 1.0  # after a look that failed
OVERLAP_S = 60.0  # by which clocks may differ, and what Redis may be late with


class Revoked:
    """`clock` gives seconds since the epoch."""

    def __init__(self, redis: Redis, clock: Callable[[], float] = time.time) -> None:
        self._redis = redis
        self._clock = clock
        self._since: dict[str, float] = {}
        self._seen_until = float("-inf")
        self.looked_at: float | None = None
        self._over = False

    def covers(self, token_id: str | None, external_id: str, issued_at: float | None) -> bool:
        """Whether a token no longer counts. One that does not say when it was issued is taken for an old one."""
        if not self._since:
            return False
        until = self._since.get(_person(external_id), float("-inf"))
        return f"token:{token_id}" in self._since or (issued_at or 0) <= until

    async def revoke_token(self, token_id: str) -> None:
        """The one token with that claim `jti`; raises RedisError where that cannot be kept."""
        await self._add(f"token:{token_id}")

    async def revoke_person(self, external_id: str) -> None:
        """Every token issued to the person until now; raises RedisError where that cannot be kept."""
        await self._add(_person(external_id))

    async def look(self) -> None:
        """Takes over what was added; raises RedisError."""
        asked_at = self._clock()
        found: Any = await self._redis.zrangebyscore(KEY, self._seen_until, "+inf", withscores=True)
        self._since.update((member.decode(), moment) for member, moment in found)
        self._seen_until, self.looked_at = asked_at - OVERLAP_S, asked_at

    @asynccontextmanager
    async def kept_up(self) -> AsyncIterator[None]:
        """Looks once, then every few seconds in the background."""
        succeeded = await self._tried(before=True)
        task = asyncio.create_task(self._keep_looking(succeeded))
        try:
            yield
        finally:
            self._over = True  # said as well, since a Redis client may swallow a cancellation
            task.cancel()

    async def _keep_looking(self, succeeded: bool) -> None:
        while not self._over:
            await asyncio.sleep(LOOK_S if succeeded else LOOK_AGAIN_S)
            succeeded = await self._tried(before=succeeded)

    async def _tried(self, *, before: bool) -> bool:
        """Whether a look succeeded; says so once where it did `before` and does no longer."""
        try:
            await self.look()
        except RedisError as error:
            if before:
                log.warning("Redis does not tell which tokens are revoked: %s", type(error).__name__)
            return False
        return True

    async def _add(self, member: str) -> None:
        now = self._clock()
        await self._redis.zadd(KEY, {member: now})
        self._since[member] = now


def _person(external_id: str) -> str:
    return f"person:{sha256(external_id.encode()).hexdigest()}"
