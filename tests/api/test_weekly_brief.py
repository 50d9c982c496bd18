"""What a reader gets: their own bytes, from whichever of the two servers still answers."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from redis import Redis
from starlette.testclient import TestClient

from api import reading
from api.answers import holds
from include.core import cache_keys
from include.core.envelope import Content, Lifetime, sealed, unpacked
from tests.api.readers import (
    ANN_NEWER,
    ANN_OLDER,
    BEN_NEWER,
    NEWER,
    NOWHERE,
    OLDER,
    OpenClient,
    bearer,
)

NO_POSTGRES = f"postgresql://nobody@{NOWHERE}/none"
NO_REDIS = f"redis://{NOWHERE}"
LATEST = "/api/v1/weekly-brief"


def week(key: object) -> str:
    return f"{LATEST}/{key}"


@contextmanager
def hung_server() -> Iterator[str]:
    """A host:port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def test_newest_brief_is_the_stored_bytes(client: TestClient) -> None:
    answer = client.get(LATEST, headers=bearer("ann"))
    assert (answer.status_code, answer.content) == (200, ANN_NEWER.encode())
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "private, max-age=300"
    assert answer.headers["vary"].startswith("Authorization, Accept-Encoding")
    assert answer.headers["almanac-generated-at"] == "2016-05-02T02:00:00Z"
    assert "almanac-stale" not in answer.headers


def test_named_week_is_the_stored_bytes_cold_and_warm(client: TestClient) -> None:
    for _ in range(2):
        answer = client.get(week(OLDER), headers=bearer("ann"))
        assert (answer.status_code, answer.content) == (200, ANN_OLDER.encode())


def test_everybody_gets_their_own(client: TestClient) -> None:
    for path in (LATEST, week(NEWER)):
        for _ in range(2):
            assert client.get(path, headers=bearer("ann")).content == ANN_NEWER.encode()
            assert client.get(path, headers=bearer("ben")).content == BEN_NEWER.encode()


def test_identity_comes_from_the_token_alone(client: TestClient) -> None:
    answer = client.get(
        LATEST, params={"user_id": "1", "user": "ann"}, headers={**bearer("ben"), "X-User-Id": "1"}
    )
    assert answer.content == BEN_NEWER.encode()


@pytest.mark.parametrize("key", ["2016-05-03", "yesterday", "2016-13-01", "0001-01-03", "9999-12-31"])
def test_what_is_not_a_monday_is_refused_with_advice(client: TestClient, key: str) -> None:
    answer = client.get(week(key), headers=bearer("ann"))
    assert answer.status_code == 400
    assert "Monday" in answer.json()["detail"] or "2016-05-02" in answer.json()["detail"]


def test_week_without_a_brief_names_the_newest(client: TestClient) -> None:
    answer = client.get(week("2016-05-09"), headers=bearer("ann"))
    assert answer.status_code == 404
    assert week(NEWER) in answer.json()["detail"]
    assert answer.headers["cache-control"] == "no-store"


def test_nothing_published_and_unknown_user_are_different_words(client: TestClient) -> None:
    nothing = [client.get(path, headers=bearer("cleo")) for path in (LATEST, week(NEWER))]
    unknown = client.get(LATEST, headers=bearer("dora"))
    assert [answer.status_code for answer in (*nothing, unknown)] == [404, 404, 404]
    assert all("published for you yet" in answer.json()["detail"] for answer in nothing)
    assert "not known" in unknown.json()["detail"]


def test_unknown_path_and_method_are_json_too(client: TestClient) -> None:
    assert client.get("/api/v1/nothing").json()["detail"]
    assert client.post(LATEST, headers=bearer("ann")).status_code == 405


def test_same_bytes_same_etag_and_304(client: TestClient) -> None:
    first = client.get(LATEST, headers=bearer("ann"))
    again = client.get(LATEST, headers={**bearer("ann"), "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == first.headers["cache-control"]
    other = client.get(week(OLDER), headers={**bearer("ann"), "If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("header", "held"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ("*", True),
        ('"b"', False),
        ("a", False),
        ("", False),
    ],
)
def test_if_none_match(header: str, held: bool) -> None:
    assert holds(header, '"a"') is held


def held(redis: Redis, key: str) -> bytes | None:
    """The body of an entry, as it was made."""
    value = redis.get(key)
    assert value is None or isinstance(value, bytes)
    entry = unpacked(value) if value else None
    return entry.plain() if entry else None


def warm(redis: Redis, key: str, body: bytes, lifetime: Lifetime = cache_keys.BRIEF) -> None:
    redis.set(key, sealed(Content(body), lifetime, time.time()).packed())


def test_first_read_leaves_what_the_next_needs(client: TestClient, redis_url: str) -> None:
    client.get(LATEST, headers=bearer("ann"))
    with Redis.from_url(redis_url) as redis:
        assert held(redis, "brief:1:2016-05-02") == ANN_NEWER.encode()
        assert held(redis, "brief:1:latest") == b"2016-05-02"
        assert 6 * 86400 < int(redis.ttl("brief:1:2016-05-02")) <= 7 * 86400
        assert held(redis, cache_keys.user_id("ann")) == b"1"
        assert len(list(redis.scan_iter())) == 3


def test_warm_reader_needs_no_postgres(open_client: OpenClient) -> None:
    with open_client() as warming:
        for path in (LATEST, week(OLDER)):
            warming.get(path, headers=bearer("ann"))
    with open_client(database_url=NO_POSTGRES) as client:
        assert client.get(LATEST, headers=bearer("ann")).content == ANN_NEWER.encode()
        assert client.get(week(OLDER), headers=bearer("ann")).content == ANN_OLDER.encode()


def test_what_a_batch_warmed_is_served(open_client: OpenClient, redis_url: str) -> None:
    with Redis.from_url(redis_url) as redis:
        warm(redis, cache_keys.user_id("eve"), b"7")
        warm(redis, cache_keys.brief(7, NEWER), b'{"warm":true}')
        warm(redis, cache_keys.latest_week(7), NEWER.isoformat().encode())
    with open_client(database_url=NO_POSTGRES) as client:
        assert client.get(LATEST, headers=bearer("eve")).content == b'{"warm":true}'


def test_pointer_to_a_brief_that_redis_lost(
    client: TestClient, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "REMEMBERED_S", 0.0)
    client.get(LATEST, headers=bearer("ann"))
    with Redis.from_url(redis_url) as redis:
        redis.delete(cache_keys.brief(1, NEWER))
    assert client.get(LATEST, headers=bearer("ann")).content == ANN_NEWER.encode()


def test_redis_down(open_client: OpenClient) -> None:
    with open_client(redis=NO_REDIS) as client:
        for _ in range(2):
            assert client.get(LATEST, headers=bearer("ann")).content == ANN_NEWER.encode()


def test_hung_redis_holds_one_reader_up_and_briefly(open_client: OpenClient) -> None:
    with hung_server() as address, open_client(redis=f"redis://{address}") as client:
        started = time.monotonic()
        for _ in range(20):
            assert client.get(LATEST, headers=bearer("ann")).status_code == 200
        assert time.monotonic() - started < 2.0  # twenty time-outs would be four seconds and more


def test_postgres_down_and_nothing_cached(open_client: OpenClient) -> None:
    with open_client(database_url=NO_POSTGRES) as client:
        answer = client.get(LATEST, headers=bearer("ann"))
    assert answer.status_code == 503
    assert "try again" in answer.json()["detail"]
    assert answer.headers["retry-after"] == "5"


def test_postgres_restarted_under_the_pool(client: TestClient, published: str, redis_url: str) -> None:
    client.get(LATEST, headers=bearer("ann"))
    with psycopg.connect(published, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'almanac-api' AND datname = current_database()"
        )
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
    assert client.get(LATEST, headers=bearer("ann")).content == ANN_NEWER.encode()
