"""Reports, coaching messages, preferences and the state of the notification: everybody's own, as stored."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from starlette.testclient import TestClient

from tests.api.readers import NEWER, OpenClient, bearer
from tests.api.wire import wired
from tests.batch.rows import query

REPORTS = "/api/v1/reports/monthly"
MESSAGES = "/api/v1/coaching/messages"
PREFERENCES = "/api/v1/preferences"
STATE = "/api/v1/notification-state"
CHART = '<svg xmlns="http://www.w3.org/2000/svg"><title>Days</title></svg>'

INSERT_MESSAGE = """
INSERT INTO warehouse.coaching_messages (
    user_id, tick, generation_attempt, message_id, message_type, type_reason, message_content,
    push_notification_text, was_sent, journal_entry_id, context_used, user_timezone, user_time_preference,
    scheduled_for, send_before, local_day, writer, simulator, prompt_version, code_version, run_id, created_at,
    updated_at)
VALUES (%(id)s, %(at)s, 1, %(uuid)s, 'check_in', 'r', %(text)s, 'push', true, %(uuid)s, '{}', 'UTC', 'morning',
        %(at)s, %(at)s, %(at)s, 'template', 'rules', '1', '1', 1, %(at)s, %(at)s)
"""


def get(client: TestClient, path: str, who: str = "ann") -> Any:
    return client.get(path, headers=bearer(who))


@pytest.fixture
def reports(published: str) -> None:
    with psycopg.connect(published) as connection:
        connection.execute(
            "CREATE TABLE warehouse.monthly_learner_reports_y PARTITION OF warehouse.monthly_learner_reports "
            "FOR VALUES FROM ('2015-01-01') TO ('2016-01-01')"
        )
        for month, text in (("2015-10-01", '{"month": "2015-10"}'), ("2015-11-01", '{"month": "2015-11"}')):
            connection.execute(
                "INSERT INTO warehouse.monthly_learner_reports "
                "VALUES (1, %s, 'complete', %s, %s, 'template', '1', 1, %s)",
                (month, text, CHART, datetime(2015, 12, 1, tzinfo=UTC)),
            )


@pytest.mark.usefixtures("reports")
def test_reports_are_the_stored_bytes(client: TestClient) -> None:
    for _ in range(2):
        assert get(client, REPORTS).content == b'{"month": "2015-11"}'
        assert get(client, f"{REPORTS}/2015-10").content == b'{"month": "2015-10"}'
    missing = get(client, f"{REPORTS}/2015-09")
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:almanac:problem:no-such-month")
    assert get(client, REPORTS, "ben").json()["type"] == "urn:almanac:problem:nothing-published"
    assert get(client, f"{REPORTS}/next").status_code == 400


@pytest.mark.usefixtures("reports")
def test_a_chart_is_an_image_that_runs_nothing(client: TestClient) -> None:
    for path in (f"{REPORTS}/2015-11/chart.svg", f"{REPORTS}/chart.svg"):
        answer = get(client, path)
        assert (answer.status_code, answer.text) == (200, CHART)
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["cache-control"].startswith("private")
    assert get(client, f"{REPORTS}/2015-11/chart.svg", "ben").status_code == 404


def add_message(url: str, user_id: int, day: int, text: str) -> None:
    at = datetime(2026, 1, day, tzinfo=UTC)
    values = {"id": user_id, "at": at, "uuid": UUID(int=100 * user_id + day), "text": text}
    with psycopg.connect(url) as connection:
        connection.execute(INSERT_MESSAGE, values)


def test_messages_newest_first_and_only_ones_own(client: TestClient, published: str) -> None:
    for user_id, day, text in ((1, 1, "older"), (1, 2, "newer"), (2, 2, "for ben")):
        add_message(published, user_id, day, text)
    told = get(client, MESSAGES).json()
    assert [message["messageContent"] for message in told["messages"]] == ["newer", "older"]
    assert told["support"] is None
    assert told["messages"][0]["createdAt"] == "2026-01-02T00:00:00+00:00"
    assert get(client, MESSAGES, "cleo").json() == {"support": None, "messages": []}


def test_where_to_find_help_stands_alone(client: TestClient, published: str) -> None:
    add_message(published, 1, 1, "before the hint")
    query(
        published,
        "INSERT INTO warehouse.coaching_safety VALUES "
        "(1, now(), 'entry:x', 'c', current_date, 'resources-1', '1', 1, now(), 'Call 112') RETURNING 1",
    )
    told = get(client, MESSAGES).json()
    assert (told["support"]["resources"], told["messages"]) == ("resources-1", [])
    assert told["support"]["text"] == "Call 112"


def test_preferences_without_a_choice_and_after_one(client: TestClient) -> None:
    before = get(client, PREFERENCES).json()
    assert (before["weekly_brief_enabled"], before["weekly_brief_frequency"]) == (True, "weekly")
    assert "user_id" not in before
    changed = client.patch(PREFERENCES, json={"weekly_brief_frequency": "monthly"}, headers=bearer("ann"))
    assert (changed.status_code, changed.json()["weekly_brief_frequency"]) == (200, "monthly")
    assert get(client, PREFERENCES).json() == changed.json()
    assert get(client, PREFERENCES, "ben").json()["weekly_brief_frequency"] == "weekly"


@pytest.mark.parametrize(
    ("sent", "status", "word"),
    [
        (b'{"weekly_brief_frequency": "hourly", "weekly_brief_enabled": false}', 422, "biweekly"),
        (b'{"user_id": 2}', 422, "user_id"),
        (b"[]", 422, "object"),
        (b"weekly", 400, "JSON"),
        (b'{"weekly_brief_frequency": "a\\u0000b"}', 422, "stored"),
        (b'{"a": "' + b"x" * 300_000 + b'"}', 413, "256 KB"),
    ],
)
def test_what_cannot_be_chosen_changes_nothing(
    client: TestClient, sent: bytes, status: int, word: str
) -> None:
    answer = client.patch(PREFERENCES, content=sent, headers=bearer("ann"))
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert word in answer.json()["detail"]
    assert get(client, PREFERENCES).json()["weekly_brief_enabled"] is True


def test_preferences_while_postgres_is_away(published: str, open_client: OpenClient) -> None:
    with wired(published) as (wire, url), open_client(database_url=url) as client:
        before = get(client, PREFERENCES)
        wire.cut()
        stale = get(client, PREFERENCES)
        assert (stale.content, stale.headers["almanac-stale"]) == (before.content, "true")
        refused = client.patch(PREFERENCES, json={"weekly_brief_enabled": False}, headers=bearer("ann"))
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        wire.mend()


def test_state_of_the_notification(client: TestClient) -> None:
    told = get(client, STATE).json()
    assert (told["weekOf"], told["impressions"], told["overlayDue"]) == (NEWER.isoformat(), 0, True)
    assert get(client, STATE, "cleo").status_code == 404
