"""Redis may fail: then it is left alone for a while, and taken up again after it."""

import asyncio

from redis.asyncio import Redis

from api.cache import PAUSE_S, Entry, ReaderCache
from tests.api.readers import NOWHERE


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_failure_is_a_miss_and_closes_the_way_for_a_while(redis_url: str) -> None:
    async def scenario() -> None:
        clock = Clock()
        redis = Redis.from_url(redis_url)
        cache = ReaderCache(redis, clock)
        await cache.fill(Entry("k", b"v", 60))
        assert await cache.get("k") == b"v"

        pool, redis.connection_pool = (
            redis.connection_pool,
            Redis.from_url(f"redis://{NOWHERE}").connection_pool,
        )
        assert await cache.get("k") is None

        redis.connection_pool = pool  # it is back, but nobody asks before the pause is over
        clock.now += PAUSE_S - 0.1
        assert await cache.get("k") is None
        assert not await cache.answers()
        clock.now += 0.2
        assert await cache.get("k") == b"v"
        await redis.aclose()

    asyncio.run(scenario())


def test_fill_keeps_what_is_there(redis_url: str) -> None:
    async def scenario() -> None:
        redis = Redis.from_url(redis_url)
        cache = ReaderCache(redis)
        await redis.set("k", b"newer")
        await cache.fill(Entry("k", b"older", 60), Entry("other", b"1", 60))
        assert await cache.get("k") == b"newer"
        assert await cache.get("other") == b"1"
        await redis.aclose()

    asyncio.run(scenario())
