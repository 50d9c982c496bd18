"""Users with coaching settings and journals, and a tick of the batch, as the tests need them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

from include.coaching.job import JOB
from include.core.db import connect
from tests.batch.walk import run_week

QUICK = replace(JOB, expectations=dict)  # without Great Expectations, whose import alone takes seconds
NOON = datetime(2026, 3, 4, 8, tzinfo=UTC)  # a Wednesday


class Person(NamedTuple):
    """A user of the app; due None = to be planned for the first time."""

    user_id: int
    zone: str = "UTC"
    frequency: str = "daily"
    preference: str = "morning"
    enabled: bool = True
    due: datetime | None = None


ENTRIES = (
    "Slept badly again, but I walked to the office and that helped. I want to go to bed before eleven.",
    "Long day at work. Dinner with my sister, which was the best part of it.",
    "Went for a run in the park, twenty minutes, felt light afterwards.",
)


def moment(text: str) -> datetime:
    """'2026-03-04T08:00' in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def fill(url: str, people: Iterable[Person], entries: Iterable[str] = ENTRIES) -> None:
    """These users, each with these entries on the days before their due time (or NOON)."""
    texts = tuple(entries)
    with connect(url) as connection:
        for one in people:
            connection.execute(
                "INSERT INTO app.users (user_id, external_id, time_zone) VALUES (%s, %s, %s)",
                (one.user_id, f"u{one.user_id}", one.zone),
            )
            connection.execute(
                "INSERT INTO app.coaching_config VALUES (%s, %s, %s, %s)",
                (one.user_id, one.enabled, one.frequency, one.preference),
            )
            connection.execute(
                "UPDATE warehouse.coaching_schedule SET next_due_at = %s WHERE user_id = %s",
                (one.due, one.user_id),
            )
    for one in people:
        for days, text in enumerate(texts, 1):
            write(url, one.user_id, text, (one.due or NOON) - timedelta(days=days))


def write(url: str, user_id: int, text: str, at: datetime, zone: str = "UTC") -> str:
    """A journal entry; its id."""
    entry_id = str(uuid5(NAMESPACE_OID, f"{user_id} {at} {text[:50]}"))
    with connect(url) as connection:
        connection.execute(
            "INSERT INTO app.journal_entries (user_id, entry_id, written_at, local_day, body) "
            "VALUES (%s, %s, %s, %s, %s)",
            (user_id, entry_id, at, at.astimezone(ZoneInfo(zone)).date(), text),
        )
    return entry_id


def run_tick(url: str, tick: str, **request: Any) -> dict[str, Any]:
    """A whole run of a tick, without Airflow."""
    return run_week(url, tick, job=QUICK, now=moment(tick) + timedelta(minutes=1), **request)


def rows(url: str, query: str, *values: Any) -> list[Any]:
    with connect(url) as connection:
        return connection.execute(query, values or None).fetchall()
