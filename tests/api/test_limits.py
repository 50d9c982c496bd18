"""Nobody asks too often, sends too much or is told too little of what a browser may do with an answer."""

import asyncio
from collections.abc import Iterator

import pytest
from redis.asyncio import Redis
from starlette.testclient import TestClient

from api.bodies import MOST_BYTES
from api.limits import SHARES, WINDOW_S, Limit
from api.problems import Problem
from api.security import HEADERS
from tests.api.readers import NOWHERE, OpenClient, bearer

PATH = "/api/v1/weekly-brief"


class Clock:
    now = 6000.0

    def __call__(self) -> float:
        return self.now


async def settled(limit: Limit) -> None:
    """Once Redis was told of all that is to be told."""
    while limit._telling:
        await asyncio.gather(*limit._telling)


def test_so_many_a_minute_and_then_again() -> None:
    async def scenario() -> None:
        clock = Clock()
        limit = Limit(Redis.from_url(f"redis://{NOWHERE}"), "user", 40, clock)
        assert [limit.admits(1) for _ in range(41)] == [True] * 40 + [False]
        assert limit.admits(2), "each for themselves"
        clock.now += 15
        with pytest.raises(Problem) as told:
            limit.require(1)
        assert (told.value.status_code, told.value.headers) == (429, {"Retry-After": "45"})
        clock.now += 45
        limit.require(1)
        await settled(limit)
        assert limit.untold == SHARES, "Redis is gone, which is counted, and the limit holds all the same"

    asyncio.run(scenario())


def test_processes_count_together(redis_url: str) -> None:
    async def scenario() -> None:
        async with Redis.from_url(redis_url) as redis:
            clock = Clock()
            one, other = (Limit(redis, "user", 40, clock) for _ in range(2))
            admitted = 0
            for _ in range(40):
                for limit in (one, other):
                    admitted += limit.admits(1)
                    await settled(limit)
            assert 40 <= admitted <= 40 + 2 * 40 // SHARES
            assert one.admits(2)
            (key,) = await redis.keys("requests:user:1:*")
            assert 0 < await redis.ttl(key) <= 2 * WINDOW_S

    asyncio.run(scenario())


@pytest.fixture
def narrow(open_client: OpenClient) -> Iterator[TestClient]:
    with open_client(per_minute=5) as opened:
        opened.app_state["resources"].limit._clock = Clock()
        yield opened


def test_who_asks_too_often_is_told_when_to_come_back(narrow: TestClient) -> None:
    answers = [narrow.get(PATH, headers=bearer("ann")) for _ in range(8)]
    assert [one.status_code for one in answers] == [200] * 5 + [429] * 3
    assert answers[-1].headers["retry-after"] == "60"
    assert answers[-1].json()["type"] == "urn:almanac:problem:too-many-requests"
    assert narrow.get(PATH, headers=bearer("ben")).status_code == 200
    assert narrow.get("/healthz").status_code == 200
    assert "almanac_rate_limited_total 3.0" in narrow.get("/metrics").text


def test_administrators_have_a_limit_of_their_own(open_client: OpenClient) -> None:
    key = "an administrator's key of the tests, and long"
    with open_client(per_minute=5, admin=key) as client:
        client.app_state["resources"].administration.limit._clock = Clock()
        told = [client.get("/admin/health?job=%00", headers={"api_key": key}).status_code for _ in range(121)]
        assert told == [400] * 120 + [429]
        assert client.get(PATH, headers=bearer("ann")).status_code == 200


@pytest.mark.parametrize("path", [PATH, "/healthz", "/nowhere", "/api/v1/coaching/messages"])
def test_every_answer_says_what_a_browser_may_do_with_it(client: TestClient, path: str) -> None:
    for headers in (bearer("ann"), bearer("ann"), {}):
        told = client.get(path, headers=headers).headers
        assert {name: told.get(name) for name in HEADERS} == HEADERS


def test_accidents_are_told_as_carefully(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stumble(*_: object) -> None:
        raise ZeroDivisionError("a secret of the process")

    monkeypatch.setattr("api.callers.find_user", stumble)
    told = client.get(PATH, headers=bearer("ann"))
    assert (told.status_code, told.headers["content-type"]) == (500, "application/problem+json")
    assert {name: told.headers.get(name) for name in HEADERS} == HEADERS
    assert "process" not in told.text and "ZeroDivision" not in told.text


def test_bodies_are_bounded_whatever_they_say_of_themselves(client: TestClient) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(MOST_BYTES // 1024 + 1):
            yield b" " * 1024

    for method, path in (("POST", "/api/v1/engagement/events"), ("PATCH", "/api/v1/preferences")):
        for content in (b" " * (MOST_BYTES + 1), parts()):
            told = client.request(method, path, headers=bearer("ann"), content=content)
            assert (told.status_code, told.json()["status"]) == (413, 413)


def test_no_other_site_reaches_the_administration(open_client: OpenClient) -> None:
    with open_client(cors="https://app.example") as client:
        asked = {
            "Origin": "https://app.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "api_key",
        }
        assert client.options("/admin/trigger-intelligence", headers=asked).status_code == 400
        assert "access-control-allow-credentials" not in client.options(PATH, headers=asked).headers
