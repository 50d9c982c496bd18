"""Both servers fail in turn and together under a running process, and come back: nobody restarts anything."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from starlette.testclient import TestClient

from api import cache, deps, reading
from tests.api.readers import ANN_NEWER, BEN_NEWER, OpenClient, bearer
from tests.api.wire import Wire, wired

LATEST = "/api/v1/weekly-brief"


class Site(NamedTuple):
    client: TestClient
    postgres: Wire
    redis: Wire

    def latest(self, who: str = "ann") -> Any:
        return self.client.get(LATEST, headers=bearer(who))

    def until_found(self, who: str) -> Any:
        """As an app does: again, until it is answered."""
        for _ in range(500):
            answer = self.latest(who)
            if answer.status_code == 200:
                return answer
        raise AssertionError(f"never answered: {answer.text}")


@pytest.fixture
def site(
    published: str, redis_url: str, open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    """The API on wires; it remembers nothing without asking, and its pauses are short."""
    monkeypatch.setattr(reading, "REMEMBERED_S", 0.0)
    monkeypatch.setattr(reading, "RETRY_S", 0.0)
    monkeypatch.setattr(cache, "PAUSE_S", 0.05)
    monkeypatch.setattr(deps, "PAUSE_S", 0.05)
    with (
        wired(published) as (postgres, database_url),
        wired(redis_url) as (redis, cache_url),
        open_client(database_url=database_url, redis=cache_url) as client,
    ):
        yield Site(client, postgres, redis)


def test_postgres_cut_and_mended(site: Site) -> None:
    assert site.latest().content == ANN_NEWER.encode()
    site.postgres.cut()
    kept = site.latest()
    assert (kept.status_code, kept.content) == (200, ANN_NEWER.encode())
    assert site.latest("ben").status_code == 503, "never read before"
    site.postgres.mend()
    assert site.until_found("ben").content == BEN_NEWER.encode()


def test_redis_cut_and_mended(site: Site) -> None:
    site.latest()
    site.redis.cut()
    for _ in range(3):
        assert site.latest().content == ANN_NEWER.encode()
    assert site.latest("ben").content == BEN_NEWER.encode()
    site.redis.mend()
    reads = site.client.app_state["resources"].reader.reads
    before = reads["redis"]
    while reads["redis"] == before:
        assert site.latest().content == ANN_NEWER.encode()


def test_both_cut_serves_what_the_process_has_and_says_so(site: Site) -> None:
    site.latest()
    site.redis.cut()
    site.postgres.cut()
    for _ in range(3):
        last = site.latest()
        assert (last.status_code, last.content) == (200, ANN_NEWER.encode())
        assert last.headers["almanac-stale"] == "true"
        assert int(last.headers["age"]) >= 0
        assert last.headers["almanac-generated-at"] == "2016-05-02T02:00:00Z"
        assert last.headers["cache-control"] == "private, no-cache"
    site.redis.mend()
    site.postgres.mend()
    while "almanac-stale" in site.latest().headers:
        pass
    assert site.until_found("ben").content == BEN_NEWER.encode()


def test_both_hang_and_who_was_read_before_waits_little(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PATIENCE_S", 0.1)
    site.latest()
    site.redis.hold()
    site.postgres.hold()
    assert site.latest().content == ANN_NEWER.encode()
    site.redis.mend()
    site.postgres.mend()
    assert site.until_found("ben").content == BEN_NEWER.encode()
