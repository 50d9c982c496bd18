"""Redis after a publication: new briefs in, old ones out; without Redis the rows stand all the same."""

import inspect
from datetime import timedelta
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisGone

from include.batch import runs, stages, warmup
from include.core import cache_keys
from include.core.db import connect
from include.core.envelope import unpacked
from include.core.periods import Week
from include.intelligence.job import warm as warm_briefs
from tests.batch.rows import published, query
from tests.batch.walk import NOW, QUICK, open_run, stage

WEEK = "2025-12-22"


def published_run(url: str) -> runs.Run:
    """A run published and not yet closed: where the cache is warmed."""
    run = open_run(url, WEEK, job=QUICK)
    request = runs.request_of(run)
    assert stage(url, run, QUICK) == []
    with connect(url) as connection:
        stages.build_indexes(connection, QUICK, run, request)
        stages.publish(connection, QUICK, run, request, NOW)
    return run


def keys_of(user: int) -> set[str]:
    """A key of every kind that is made for a user, whatever kinds there are."""
    values = {
        "user_id": user, "week_of": Week.parse(WEEK).week_of, "days": 28, "name": "systems", "month": "2025-11",
    }  # fmt: skip
    makers = [
        make for _, make in inspect.getmembers(cache_keys, inspect.isfunction)
        if [*inspect.signature(make).parameters][:1] == ["user_id"] and make.__annotations__["return"] is str
    ]  # fmt: skip
    assert len(makers) >= 10
    return {make(**{name: values[name] for name in inspect.signature(make).parameters}) for make in makers}


def plain(value: bytes) -> bytes:
    entry = unpacked(value)
    assert entry is not None
    return entry.plain()


def warm(url: str, cache: Redis, run: runs.Run) -> int:
    with connect(url) as connection:
        return warm_briefs(connection, cache, run)


def test_active_users_are_warmed_and_everybodys_old_brief_is_forgotten(people: str, redis_url: str) -> None:
    active = NOW - timedelta(days=1)
    query(people, "UPDATE app.users SET last_active_at = CASE WHEN user_id %% 4 = 0 THEN %s END", active)
    week = Week.parse(WEEK).week_of
    run = published_run(people)
    briefs = {row[0]: row[4] for row in published(people)["briefs"]}
    with Redis.from_url(redis_url) as cache:
        for user in briefs:
            cache.set(cache_keys.brief(user, week), "old")
            cache.set(cache_keys.latest_week(user), "2025-12-15")
            cache.set(cache_keys.lease(cache_keys.brief(user, week)), "a reader slower than the publication")
        entries = warm(people, cache, run)
        held = {user: cache.get(cache_keys.brief(user, week)) for user in briefs}
        assert {user for user, value in held.items() if value} == {user for user in briefs if user % 4 == 0}
        assert all(plain(value) == briefs[user].encode() for user, value in held.items() if value)
        warmed = [user for user in briefs if user % 4 == 0]
        assert entries == 2 * len(warmed), "a brief each, and who they are"
        known = dict(query(people, "SELECT user_id, external_id FROM app.users"))
        for user in warmed:
            assert plain(cache.get(cache_keys.user_id(known[user]))) == str(user).encode()
        assert not any(cache.get(cache_keys.latest_week(user)) for user in briefs)
        assert not list(cache.scan_iter("lease:*"))
        assert cache.get(cache_keys.newest_week()) == WEEK.encode()
        one = next(user for user in briefs if user % 4 == 0)
        assert 0 < cache.ttl(cache_keys.brief(one, week)) <= cache_keys.BRIEF.kept


def test_one_user_is_forgotten_whole_and_nobody_else(people: str, redis_url: str) -> None:
    """Every key of theirs, of any week or month that was ever published, and those of no other."""
    query(
        people,
        "INSERT INTO ops.published_periods (job_name, period, run_id, eligible, in_source) VALUES "
        "('weekly_intelligence', %s, 1, 1, 1), ('monthly_learner_reports', '2025-11', 1, 1, 1)",
        WEEK,
    )
    held = {user: keys_of(user) for user in (1, 11)}
    with Redis.from_url(redis_url) as cache, connect(people) as connection:
        for key in held[1] | held[11]:
            cache.set(key, "x")
        warmup.forget_user(connection, cache, 1)
        assert {key.decode() for key in cache.scan_iter()} == held[11]


def test_redis_down_at_warm_up_leaves_the_published_rows(people: str) -> None:
    run = published_run(people)
    before = published(people)
    with Redis(port=1) as gone, pytest.raises(RedisGone):
        warm(people, gone, run)
    with connect(people) as connection:
        assert stages.close(connection, QUICK, run, NOW)["problem"] is None
    assert published(people) == before


def test_the_new_week_is_noted_before_anything_is_forgotten(people: str, redis_url: str) -> None:
    """Who finds a component forgotten looks for the newest brief, and must not find the week before."""
    run = published_run(people)
    noted: list[bytes | None] = []

    class Watched(Redis):
        def unlink(self, *names: Any) -> Any:
            noted.append(self.get(cache_keys.newest_week()))
            return super().unlink(*names)

    with Watched.from_url(redis_url) as cache:
        warm(people, cache, run)
    assert set(noted) == {WEEK.encode()}


def test_warming_twice_is_harmless(people: str, redis_url: str) -> None:
    run = published_run(people)
    with Redis.from_url(redis_url) as cache:
        first = warm(people, cache, run)
        keys = sorted(cache.keys())
        assert warm(people, cache, run) == first
        assert sorted(cache.keys()) == keys
