"""The short way answers as the long way does, and leaves to it whatever is not plain."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from starlette.testclient import TestClient

from api import known_callers
from api.auth import Verified
from api.fast_path import HOT, FastPath
from api.revocation import Revoked
from tests.api.readers import ANN_NEWER, NEWER, NOWHERE, OpenClient, bearer
from tests.batch.rows import query

PATHS = [path + (f"?{asked.decode()}" if asked else "") for path, asked in HOT]


@pytest.fixture
def reader(published: str, open_client: OpenClient) -> Iterator[TestClient]:
    parts = {"velocity": {"28": {"score": 1}}, "patterns": ["x" * 300], "timeline": []}
    query(published, "UPDATE warehouse.weekly_health_briefs SET brief = %s", json.dumps(parts))
    with open_client() as client:
        yield client


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each request whether the short way answered it."""
    short: list[bool] = []
    answered = FastPath._answered

    async def noted(*what: Any) -> bool:
        short.append(await answered(*what))
        return short[-1]

    monkeypatch.setattr(FastPath, "_answered", noted)
    return short


@pytest.mark.parametrize("encoding", ["gzip", "identity", "gzip;q=0, *"])
@pytest.mark.parametrize("path", PATHS)
def test_both_ways_say_the_same(reader: TestClient, taken: list[bool], path: str, encoding: str) -> None:
    headers = {**bearer("ann"), "Accept-Encoding": encoding}
    answers = [reader.get(path, headers=headers) for _ in range(3)]
    assert taken == [False, True, True], "the first is not known yet"
    told = [(one.status_code, one.content, dict(one.headers) | {"vary": ""}) for one in answers]
    assert told[0] == told[1] == told[2]
    assert answers[1].headers["vary"] == "Authorization, Accept-Encoding"
    again = reader.get(path, headers={**headers, "If-None-Match": answers[0].headers["etag"]})
    assert (again.status_code, again.content, taken[-1]) == (304, b"", True)


def test_everybody_gets_their_own(reader: TestClient, published: str) -> None:
    query(published, "UPDATE warehouse.weekly_health_briefs SET brief = to_json(user_id)")
    for _ in range(3):
        assert reader.get(PATHS[0], headers=bearer("ann")).content == b"1"
        assert reader.get(PATHS[0], headers=bearer("ben")).content == b"2"


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer x"}, bearer("cleo"), bearer("dora"), bearer("ann", exp=1)],
    ids=["nobody", "garbage", "nothing published", "unknown", "expired"],
)
def test_what_is_no_plain_answer_goes_the_long_way(
    reader: TestClient, taken: list[bool], headers: dict[str, str]
) -> None:
    reader.get(PATHS[0], headers=bearer("ann"))
    answers = [reader.get(PATHS[0], headers=headers) for _ in range(2)]
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}
    assert not any(taken)


def test_another_site_s_page_goes_the_long_way(reader: TestClient, taken: list[bool]) -> None:
    for _ in range(2):
        reader.get(PATHS[0], headers={**bearer("ann"), "Origin": "https://evil.example"})
    assert taken == [False, False]


def test_other_methods_and_queries_go_the_long_way(reader: TestClient, taken: list[bool]) -> None:
    reader.get(PATHS[0], headers=bearer("ann"))
    taken.clear()
    assert reader.post(PATHS[0], headers=bearer("ann")).status_code == 405
    assert reader.get(f"{PATHS[0]}?a=b", headers=bearer("ann")).status_code == 200
    assert taken == []


def test_a_token_is_remembered_for_an_hour_and_never_past_its_end() -> None:
    moment = 1000.0
    revoked = Revoked(AsyncRedis.from_url(f"redis://{NOWHERE}"), lambda: moment)
    callers = known_callers.KnownCallers(revoked, lambda: moment)
    callers.remember(b"Bearer long", 1, Verified("ann", 9000.0, "long", 990.0))
    callers.remember(b"Bearer short", 2, Verified("ben", 1010.0))
    assert (callers.known(b"Bearer long"), callers.known(b"Bearer short")) == (1, 2)
    assert callers.known(b"bearer long") is None
    moment = 1010.0
    assert (callers.known(b"Bearer long"), callers.known(b"Bearer short")) == (1, None)
    while moment < 4500.0:
        moment += known_callers.REMEMBERED_S
        assert callers.known(b"Bearer long") == 1
    moment = 4600.0
    assert callers.known(b"Bearer long") is None, "signature and user are looked at anew"


@pytest.mark.parametrize("revoke", ["token:one", "person:ann"])
def test_a_remembered_token_is_looked_up_among_the_revoked(redis_url: str, revoke: str) -> None:
    async def scenario() -> None:
        moment = 1000.0
        async with AsyncRedis.from_url(redis_url) as redis:
            revoked = Revoked(redis, lambda: moment)
            callers = known_callers.KnownCallers(revoked, lambda: moment)
            callers.remember(b"one", 1, Verified("ann", 9000.0, "one", 990.0))
            callers.remember(b"other", 2, Verified("ben", 9000.0, "two", 990.0))
            kind, _, who = revoke.partition(":")
            await (revoked.revoke_token(who) if kind == "token" else revoked.revoke_person(who))
            moment += known_callers.REMEMBERED_S
            assert (callers.known(b"one"), callers.known(b"other")) == (None, 2)

    asyncio.run(scenario())


def test_a_newer_week_shows_within_seconds(
    open_client: OpenClient, redis_url: str, published: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch notes its week when it has published; who has no brief of it reads their newest."""
    monkeypatch.setattr("api.newest.ASKED_EVERY_S", 0.0)
    with Redis.from_url(redis_url) as redis, open_client() as client:
        redis.set("brief:newest-week", NEWER.isoformat())
        for _ in range(3):
            assert client.get(PATHS[0], headers=bearer("ann")).content == ANN_NEWER.encode()
        redis.set("brief:newest-week", "2016-05-09")
        for _ in range(3):
            assert client.get(PATHS[0], headers=bearer("ann")).content == ANN_NEWER.encode()
        assert redis.exists("brief:1:2016-05-09"), "looked for, and known not to be there"


def test_a_hot_answer_asks_nobody(open_client: OpenClient) -> None:
    with open_client() as client:
        for _ in range(3):
            client.get(PATHS[0], headers=bearer("ann"))
        reads = client.app_state["resources"].reader.reads
        before = dict(reads)
        for _ in range(20):
            client.get("/api/v1/intelligence/patterns", headers=bearer("ann"))
        assert reads["postgres"] == before["postgres"]
        assert reads["brief"] == 1, "cut out of the brief that is there"
        assert reads["memory"] - before.get("memory", 0) >= 15
