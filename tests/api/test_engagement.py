"""Events: each counted once however often it is sent, all or none when something breaks, and felt at once."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from starlette.testclient import TestClient

from tests.api.readers import OpenClient, bearer
from tests.api.wire import wired
from tests.batch.rows import query

EVENTS = "/api/v1/engagement/events"
STATE = "/api/v1/notification-state"


def view(**more: Any) -> dict[str, Any]:
    week = {"component": "weekly_brief", "action": "view", "brief_week": "2016-05-02"}
    return {"event_id": str(uuid4()), **week, "occurred_at": "2016-05-02T08:00:00Z", **more}


def post(client: TestClient, *events: Any, who: str = "ann") -> Any:
    return client.post(EVENTS, json={"events": events}, headers=bearer(who))


def stored(url: str) -> list[Any]:
    return query(url, "SELECT user_id, event_id FROM app.engagement_events ORDER BY 1, 2")


def test_taken_once_and_felt_at_once(client: TestClient, published: str) -> None:
    event = view(engagement_time=4.5, scroll_depth=0.8)
    assert client.get(STATE, headers=bearer("ann")).json()["impressions"] == 0
    first, again = post(client, event), post(client, event)
    assert first.json() == {"accepted": [event["event_id"]], "known": [], "refused": []}
    assert again.json() == {"accepted": [], "known": [event["event_id"]], "refused": []}
    state = client.get(STATE, headers=bearer("ann")).json()
    assert (state["impressions"], state["engagementTime"], state["overlayDue"]) == (1, 4.5, False)
    assert stored(published) == [(1, UUID(event["event_id"]))]


def test_dismissed_for_good_and_back_by_a_visit(client: TestClient) -> None:
    def enabled() -> bool:
        return bool(client.get("/api/v1/preferences", headers=bearer("ann")).json()["weekly_brief_enabled"])

    assert enabled()
    post(client, view(event="brief_permanently_disabled", action="dismiss"))
    assert not enabled()
    client.get("/api/v1/weekly-brief", headers=bearer("ann"))
    assert not enabled(), "reading alone switches nothing on"
    post(client, view(event="brief_re_enabled", reason="page_visit", occurred_at="2016-05-03T08:00:00Z"))
    assert enabled()


def test_what_is_not_sound_is_refused_and_the_rest_taken(client: TestClient, published: str) -> None:
    good, bad = view(), view(action="lick")
    told = post(client, bad, good).json()
    assert told["accepted"] == [good["event_id"]]
    assert [(one["index"], one["event_id"]) for one in told["refused"]] == [(0, bad["event_id"])]
    assert "expand" in told["refused"][0]["reason"]
    assert len(stored(published)) == 1


def test_nobody_writes_for_another(client: TestClient, published: str) -> None:
    post(client, view(user_id=2), who="ann")
    assert [row[0] for row in stored(published)] == [1]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"events": []}', 422),
        (b'{"events": [1]}', 422),
        (b'{"events": {}}', 422),
        (b'{"events": [' + b",".join([b"{}"] * 101) + b"]}", 422),
        (b'{"events": [{"event_id": "\\u0000"}]}', 422),
        (b'{"events": [{"x": "' + b"y" * 300_000 + b'"}]}', 413),
    ],
)
def test_what_is_no_batch_of_events_is_refused(client: TestClient, sent: bytes, status: int) -> None:
    answer = client.post(EVENTS, content=sent, headers=bearer("ann"))
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_postgres_away_refuses_all_and_takes_the_same_again(published: str, open_client: OpenClient) -> None:
    events = [view() for _ in range(3)]
    with wired(published) as (wire, url), open_client(database_url=url) as client:
        client.get(STATE, headers=bearer("ann"))
        wire.cut()
        refused = post(client, *events)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert "send the same again" in refused.json()["detail"]
        assert stored(published) == []
        wire.mend()
        taken = until_accepted(client, events)
        assert sorted(taken["accepted"] + taken["known"]) == sorted(event["event_id"] for event in events)
    assert len(stored(published)) == 3


def until_accepted(client: TestClient, events: list[Any]) -> Any:
    """As a device does: the same again until it is taken."""
    for _ in range(200):
        answer = post(client, *events)
        if answer.status_code == 200:
            return answer.json()
    raise AssertionError("never taken")


def test_read_only_postgres_refuses_and_still_reads(published: str, open_client: OpenClient) -> None:
    database = psycopg.conninfo.conninfo_to_dict(published)["dbname"]
    with psycopg.connect(published, autocommit=True) as server:
        server.execute(f'ALTER DATABASE "{database}" SET default_transaction_read_only = on')
    with open_client() as client:
        assert post(client, view()).status_code == 503
        assert client.get("/api/v1/weekly-brief", headers=bearer("ann")).status_code == 200
