"""The monitor's hit rate is of what readers asked for, told by all processes and by nothing else."""

import asyncio
import time
from collections import Counter

import pytest
from redis import Redis as SyncRedis
from redis.asyncio import Redis
from redis.exceptions import RedisError

from api import tally
from api.tally import Tally
from include.core import monitor
from include.core.monitor import CacheReads
from tests.api.readers import NOWHERE, OpenClient, bearer

NOW = 36_000.0


def test_processes_tell_what_came_since_the_last_time(redis_url: str) -> None:
    async def scenario() -> None:
        async with Redis.from_url(redis_url) as redis:
            one, other = Counter(memory=5, redis=3, postgres=2, brief=9), Counter(postgres=1)
            telling = [Tally(redis, reads, lambda: NOW) for reads in (one, other)]
            for _ in range(2):
                for process in telling:
                    await process.tell()
            one["redis"] += 4
            await telling[0].tell()

    asyncio.run(scenario())
    with SyncRedis.from_url(redis_url) as redis:
        assert monitor.cache_reads(redis, NOW) == CacheReads(hits=12, misses=3)
        assert monitor.cache_reads(redis, NOW + 3600) == CacheReads(12, 3), "the hour before counts"
        assert monitor.cache_reads(redis, NOW + 7200) == CacheReads(0, 0)
        assert 0 < redis.ttl(monitor.reads_key(NOW)) <= monitor.READS_KEPT_S


def test_what_redis_did_not_take_is_told_the_next_time(redis_url: str) -> None:
    async def scenario() -> None:
        process = Tally(Redis.from_url(f"redis://{NOWHERE}"), Counter(memory=1), lambda: NOW)
        with pytest.raises(RedisError):
            await process.tell()
        async with Redis.from_url(redis_url) as process._redis:
            await process.tell()

    asyncio.run(scenario())
    with SyncRedis.from_url(redis_url) as redis:
        assert monitor.cache_reads(redis, NOW) == CacheReads(1, 0)


def test_the_api_tells_by_itself_and_an_idle_one_has_no_rate(
    open_client: OpenClient, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "TELL_S", 0.01)
    monkeypatch.setattr("api.revocation.LOOK_S", 0.001)
    with open_client() as client, SyncRedis.from_url(redis_url) as redis:
        ends = time.monotonic() + 10
        while redis.info("stats")["keyspace_misses"] < 100:  # it looks for what was revoked
            assert time.monotonic() < ends
        assert monitor.cache_reads(redis, time.time()) == CacheReads(0, 0)
        for _ in range(3):
            assert client.get("/api/v1/weekly-brief", headers=bearer("ann")).status_code == 200
        while not monitor.cache_reads(redis, time.time()).misses:
            assert time.monotonic() < ends
