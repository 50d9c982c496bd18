"""Learners in their time zones, what their devices send, and a tick of a batch, as tests need them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, uuid5

from include.batch.job import BatchJob
from include.core.db import Connection, connect
from tests.batch.walk import run_week

QUESTIONS = 40
FIRST_QUESTION = datetime(1989, 1, 1, tzinfo=UTC)


class Event(NamedTuple):
    """An attempt as a device sent it; offset in minutes, arrival as time after the answer."""

    user_id: int
    at: datetime
    offset: int = 0
    question: int = 1
    correct: bool = True
    skipped: bool = False
    after: timedelta = timedelta(0)
    stored_at: datetime | None = None  # None = when it arrived

    @property
    def received_at(self) -> datetime:
        return self.at + self.after


def moment(text: str) -> datetime:
    """'2015-11-02T20:00' in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def fill(url: str, zones: Mapping[int, str], events: Iterable[Event] = ()) -> None:
    """Users with their zones, 40 questions of four concepts, and events."""
    with connect(url) as connection:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO app.users (user_id, external_id, time_zone) VALUES (%s, %s, %s)",
                [(user, f"u{user}", zone) for user, zone in zones.items()],
            )
            cursor.executemany(
                "INSERT INTO app.questions (question_id, external_id, concept, prompt, created_at) "
                "VALUES (%s, %s, %s, 'A secret prompt', %s)",
                [(n, f"q{n}", f"concept {n % 4}", FIRST_QUESTION) for n in range(1, QUESTIONS + 1)],
            )
        send(connection, events)


def send(connection: Connection, events: Iterable[Event]) -> None:
    """Events arrive; one that was sent before is the same event."""
    rows = [
        (e.user_id, uuid5(NAMESPACE_OID, f"{e.user_id} {e.at} {e.question} {e.correct}"), e.question, e.at,
         e.received_at, e.offset, e.correct and not e.skipped, e.skipped, e.stored_at or e.received_at)
        for e in events
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO app.question_attempts (user_id, event_id, question_id, answered_at, received_at, "
            "utc_offset, correct, skipped, import_id, stored_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 0, %s) "
            "ON CONFLICT DO NOTHING",
            rows,
        )


def arrive(url: str, *events: Event) -> None:
    """The same in a transaction of its own."""
    with connect(url) as connection:
        send(connection, events)


def tick(url: str, job: BatchJob, at: str, *, late: timedelta = timedelta(0)) -> dict[str, Any]:
    """A whole run of an hour, started at its beginning or later."""
    return run_week(url, at, job=job, now=moment(at) + late)
