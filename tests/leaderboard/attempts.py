"""Learners and their answers, as tests need them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid5

from psycopg import sql

from include.core.db import connect

WEEK = "2015-11-02"
START = datetime(2015, 11, 2, tzinfo=UTC)
END = START + timedelta(days=7)


class Answer(NamedTuple):
    """One event of a learner's device."""

    user_id: int
    at: datetime
    correct: bool = True
    skipped: bool = False
    after: timedelta = timedelta(0)  # until it arrived


def fill(url: str, users: int, answers: Iterable[Answer]) -> None:
    """Users 1 to `users`, one question older than all answers, and the answers in order."""
    with connect(url) as connection:
        connection.execute(
            sql.SQL(
                "INSERT INTO app.users (user_id, external_id, display_name) "
                "SELECT n, 'u' || n, 'Name ' || n FROM generate_series(1, {}) AS n ON CONFLICT DO NOTHING"
            ).format(users)
        )
        connection.execute(
            "INSERT INTO app.questions (question_id, external_id, concept, created_at) "
            "VALUES (1, 'q1', 'means', '2015-01-01Z') ON CONFLICT DO NOTHING"
        )
        add(url, answers, connection=connection)


def add(url: str, answers: Iterable[Answer], *, connection: object = None) -> None:
    """Answers of devices; the same answer is the same event."""
    if connection is None:
        with connect(url) as opened:
            return add(url, answers, connection=opened)
    rows = [
        (one.user_id, event(one), one.at, one.at + one.after, one.correct, one.skipped) for one in answers
    ]
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.executemany(
            "INSERT INTO app.question_attempts (user_id, event_id, question_id, answered_at, received_at, "
            "correct, skipped, import_id) VALUES (%s, %s, 1, %s, %s, %s, %s, 0) ON CONFLICT DO NOTHING",
            rows,
        )
    return None


def event(answer: Answer) -> UUID:
    return uuid5(NAMESPACE_OID, f"{answer.user_id} {answer.at.isoformat()} {answer.correct}")
