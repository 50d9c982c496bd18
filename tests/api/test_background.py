"""What the API does beside the requests ends with it, even where a cancellation was swallowed."""

import asyncio
from collections import Counter
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from api import revocation, tally
from api.revocation import Revoked
from api.tally import Tally


class Deaf:
    """A Redis client in the middle of an answer, which takes a cancellation for the end of its own waiting."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.first = True  # the look before the first request

    async def _answer(self) -> list[Any]:
        self.asked.set()
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            return []
        raise AssertionError

    async def zrangebyscore(self, *_: Any, **__: Any) -> list[Any]:
        first, self.first = self.first, False
        return [] if first else await self._answer()

    def pipeline(self) -> "Deaf":
        return self

    async def __aenter__(self) -> "Deaf":
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    def hincrby(self, *_: Any) -> None: ...

    def expire(self, *_: Any) -> None: ...

    async def execute(self) -> list[Any]:
        return await self._answer()


async def ends(redis: Any, beside: AbstractAsyncContextManager[None]) -> None:
    async with beside:
        await asyncio.wait_for(redis.asked.wait(), 10)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.wait_for(asyncio.gather(*others, return_exceptions=True), 10)


@pytest.mark.parametrize("what", ["revoked", "tally"])
def test_it_ends_where_the_client_swallows_the_cancellation(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revocation, "LOOK_S", 0)
    monkeypatch.setattr(tally, "TELL_S", 0)

    async def scenario() -> None:
        redis: Any = Deaf()
        told = Tally(redis, Counter(memory=1)).kept_up()
        await ends(redis, Revoked(redis).kept_up() if what == "revoked" else told)

    asyncio.run(scenario())
