"""The components of a brief: one at a time, and side by side where each stands for itself."""

import json
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from redis import Redis
from starlette.testclient import TestClient

from api import components, reading
from api.components import NAMES
from include.core import cache_keys
from tests.api.readers import NEWER, OpenClient, bearer, publish
from tests.api.wire import wired
from tests.batch.rows import query

BUNDLE = "/api/v1/intelligence"
PARTS: dict[str, Any] = {
    "velocity": {"7": {"score": 61}, "28": {"score": 55}, "90": None},
    "body_systems": {"sleep": {"score": 70}},
    "timeline": [],
    "patterns": [{"kind": "lag", "r": 0.4}],
    "comparative": [{"cohort": "all", "users": 400}],
    "insights": [{"insight_key": "trend:steps:up"}],
}


@pytest.fixture
def reader(published: str, open_client: OpenClient) -> Iterator[TestClient]:
    """The API where ann's newest brief has components; its timeline and 90 days are empty."""
    whole = json.dumps({"week_of": "2016-05-02", "outcome": "complete", **PARTS})
    query(
        published,
        "UPDATE warehouse.weekly_health_briefs SET brief = %s WHERE user_id = 1 AND week_of = %s RETURNING 1",
        whole,
        NEWER,
    )
    with open_client() as client:
        yield client


def get(client: TestClient, path: str, who: str = "ann") -> Any:
    return client.get(path, headers=bearer(who))


@pytest.mark.parametrize(
    ("path", "name", "data"),
    [
        ("velocity", "velocity", {"score": 55}),
        ("velocity?range=7", "velocity", {"score": 61}),
        ("velocity?range=90", "velocity", None),
        ("systems", "systems", PARTS["body_systems"]),
        ("timeline", "timeline", []),
        ("patterns", "patterns", PARTS["patterns"]),
        ("comparative", "comparative", PARTS["comparative"]),
        ("insights", "insights", PARTS["insights"]),
    ],
)
def test_a_component_is_cut_out_of_the_newest_brief(
    reader: TestClient, path: str, name: str, data: Any
) -> None:
    for _ in range(2):
        answer = get(reader, f"{BUNDLE}/{path}")
        assert answer.status_code == 200
        assert (answer.json()["week_of"], answer.json()[name]) == ("2016-05-02", data)
        assert answer.headers["almanac-generated-at"] == "2016-05-02T02:00:00Z"


def test_keys_are_those_of_the_contract(reader: TestClient, redis_url: str) -> None:
    get(reader, f"{BUNDLE}/velocity?range=7")
    get(reader, f"{BUNDLE}/patterns")
    with Redis.from_url(redis_url) as redis:
        keys = {key.decode() for key in redis.scan_iter("user:*")}
        assert keys == {"user:1:velocity:7", "user:1:patterns:v2"}
        assert set(cache_keys.of_week(1, NEWER)) >= keys


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("?include=velocity,bogus", "timeline"),
        ("?range=30", "28"),
        ("/velocity?range=", "28"),
        ("/velocity?range=07", "28"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_advice(reader: TestClient, path: str, word: str) -> None:
    answer = get(reader, BUNDLE + path)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert word in answer.json()["detail"]


def test_nothing_published_yet(reader: TestClient) -> None:
    assert get(reader, f"{BUNDLE}/velocity", "cleo").status_code == 404
    told = get(reader, BUNDLE, "cleo").json()["components"]
    assert {name: (part["status"], part["data"]) for name, part in told.items()} == dict.fromkeys(
        NAMES, ("empty", None)
    )


def test_all_components_in_one_request_and_one_query_for_those_that_were_cut_out(reader: TestClient) -> None:
    answer = get(reader, BUNDLE)
    told = answer.json()["components"]
    assert list(told) == list(NAMES)
    assert {name: part["status"] for name, part in told.items()} == {
        **dict.fromkeys(NAMES, "ok"),
        "timeline": "empty",
    }
    assert told["velocity"]["data"]["velocity"] == {"score": 55}
    assert told["brief"]["data"]["body_systems"] == PARTS["body_systems"]
    assert all(
        part["generated_at"] == "2016-05-02T02:00:00Z" and part["age_s"] < 60 for part in told.values()
    )
    assert answer.headers["cache-control"] == "private, max-age=300"


def test_only_what_was_asked_for_in_that_order(reader: TestClient) -> None:
    told = get(reader, f"{BUNDLE}?include=patterns,velocity,patterns&range=7").json()["components"]
    assert list(told) == ["patterns", "velocity"]
    assert told["velocity"]["data"]["range"] == 7


def test_same_components_same_etag_however_old(reader: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = get(reader, BUNDLE)
    later = time.time() + 100
    monkeypatch.setattr("api.routes.intelligence.time.time", lambda: later)
    again = reader.get(BUNDLE, headers={**bearer("ann"), "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_kept_brief_is_enough_for_all_components(
    published: str, open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with wired(published) as (wire, url), open_client(database_url=url) as client:
        get(client, "/api/v1/weekly-brief")
        wire.hold()
        told = get(client, BUNDLE).json()["components"]
        assert "ok" in {part["status"] for part in told.values()} <= {"ok", "empty"}
        wire.mend()


def test_what_is_missing_neither_delays_nor_hides_what_is_there(
    reader: TestClient,
    published: str,
    open_client: OpenClient,
    redis_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """PostgreSQL hangs, and Redis has velocity but no brief: velocity is answered, the others run out of time."""
    monkeypatch.setattr(components, "TIME_LIMIT_S", 0.3)
    get(reader, f"{BUNDLE}/velocity")
    with Redis.from_url(redis_url) as redis:
        redis.delete(*redis.scan_iter("brief:*"))
    with wired(published) as (wire, url), open_client(database_url=url) as client:
        wire.hold()
        answer = get(client, f"{BUNDLE}?include=patterns,velocity,brief")
        told = answer.json()["components"]
        assert {name: part["status"] for name, part in told.items()} == {
            "patterns": "timeout", "velocity": "ok", "brief": "timeout",
        }  # fmt: skip
        assert told["velocity"]["data"]["velocity"] == {"score": 55}
        assert answer.headers["cache-control"] == "private, no-cache"
        wire.mend()


def test_last_good_components_say_so_one_by_one(
    published: str,
    reader: TestClient,
    open_client: OpenClient,
    redis_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    get(reader, f"{BUNDLE}?include=velocity,patterns")
    with Redis.from_url(redis_url) as redis:
        age_entries(redis, 90_000)  # older than velocity may be served, not than patterns
    monkeypatch.setattr(reading, "REMEMBERED_S", 0.0)
    with open_client(database_url="postgresql://nobody@127.0.0.1:9/none") as client:
        told = get(client, f"{BUNDLE}?include=velocity,patterns,timeline").json()["components"]
        alone = get(client, f"{BUNDLE}/timeline")
    assert {name: part["status"] for name, part in told.items()} == {
        "velocity": "stale", "patterns": "ok", "timeline": "stale",
    }  # fmt: skip
    assert min(told[name]["age_s"] for name in ("velocity", "timeline")) >= 90_000
    assert (alone.status_code, alone.json()["timeline"]) == (200, []), (
        "out of the old brief: it was never asked for"
    )
    assert alone.headers["almanac-stale"] == "true"


def test_a_component_is_as_old_as_the_brief_that_it_was_cut_out_of(
    reader: TestClient, open_client: OpenClient, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "REMEMBERED_S", 0.0)
    get(reader, "/api/v1/weekly-brief")
    with Redis.from_url(redis_url) as redis:
        age_entries(redis, 3_000)  # not yet an hour
    with open_client() as client:
        told = get(client, f"{BUNDLE}?include=velocity").json()["components"]
    assert told["velocity"]["status"] == "ok"
    assert told["velocity"]["age_s"] >= 3_000


def age_entries(redis: Redis, seconds: int) -> None:
    """All that Redis holds of people's results, as if it had been read so long ago."""
    from include.core.envelope import unpacked

    for key in (*redis.scan_iter("user:*"), *redis.scan_iter("brief:*")):
        value = redis.get(key)
        assert isinstance(value, bytes)
        entry = unpacked(value)
        if entry is None:  # the newest week, which is no entry
            continue
        redis.set(
            key,
            entry._replace(
                stored_at=entry.stored_at - seconds,
                fresh_until=entry.fresh_until - seconds,
                refreshed_until=entry.refreshed_until - seconds,
            ).packed(),
        )


NEXT = date(2016, 5, 9)


@pytest.mark.parametrize("week", [NEWER, NEXT], ids=["the same week again", "the week after"])
def test_what_is_cut_after_a_publication_is_of_what_was_published(
    reader: TestClient, published: str, redis_url: str, week: date
) -> None:
    """The process still remembers the brief of before, and may not know of the new week yet."""
    with Redis.from_url(redis_url) as redis:
        redis.set(cache_keys.newest_week(), NEWER.isoformat())
        for _ in range(2):
            assert get(reader, "/api/v1/weekly-brief").json()["patterns"] == PARTS["patterns"]
        body = json.dumps({"week_of": week.isoformat(), "outcome": "complete", "patterns": ["new"]})
        with psycopg.connect(published) as connection:
            connection.execute(
                "CREATE TABLE warehouse.weekly_health_briefs_next PARTITION OF warehouse.weekly_health_briefs "
                "FOR VALUES FROM ('2016-05-09') TO ('2016-05-16')"
            )
            connection.execute(
                "DELETE FROM warehouse.weekly_health_briefs WHERE user_id = 1 AND week_of = %s", (week,)
            )
            publish(connection, 1, week, body)
        redis.set(cache_keys.newest_week(), week.isoformat())
        redis.unlink(*cache_keys.of_week(1, week))
        assert get(reader, f"{BUNDLE}/patterns").json()["patterns"] == ["new"]


def test_nothing_at_all_can_be_read(open_client: OpenClient, redis_url: str, published: str) -> None:
    with open_client() as client:
        get(client, "/api/v1/preferences")  # who ann is is known
    with open_client(database_url="postgresql://nobody@127.0.0.1:9/none") as client:
        answer = get(client, BUNDLE)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
