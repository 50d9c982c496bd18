"""Searches of a week to rows of the week."""

import uuid
from datetime import UTC, datetime, timedelta

from include.batch import runs
from include.batch.job import RunRequest
from include.core.db import Connection, connect
from include.core.periods import Week
from include.learning.content_gaps import job, repo

WEEK = Week.parse("2025-03-03")
WEDNESDAY = datetime(2025, 2, 26, 12, tzinfo=UTC)


def search(
    connection: Connection, user: int, query: str, *, at: datetime = WEDNESDAY, results: int = 0,
    after: timedelta = timedelta(0),
) -> None:  # fmt: skip
    connection.execute(
        "INSERT INTO app.users (user_id, external_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        [user, f"u{user}"],
    )
    connection.execute(
        "INSERT INTO app.searches VALUES (%s, %s, %s, %s, %s, %s, 1)",
        [user, uuid.uuid4(), query, results, at, at + after],
    )


def refresh(connection: Connection) -> dict[str, int]:
    run = runs.open_run(connection, "content_gaps", WEEK.key, "test", RunRequest(), WEDNESDAY)
    return job.refresh(connection, run)


def rows(connection: Connection) -> list[tuple[str, str, int, int]]:
    query = (
        "SELECT term, example, searches, learners FROM warehouse.content_gaps ORDER BY learners DESC, term"
    )
    return connection.execute(query).fetchall()  # type: ignore[return-value]


def test_a_week_of_searches(warehouse: str) -> None:
    with connect(warehouse) as connection:
        for user in (1, 2, 3, 6, 7):
            search(connection, user, "Confidence intervals")
        search(connection, 4, "confidance interval")
        search(connection, 1, "Confidence intervals")
        search(connection, 1, "mitosis")
        search(connection, 2, "meiosis")  # two words, each of one learner
        search(connection, 5, "my own name")
        for user in (1, 2):
            search(connection, user, "mean", results=4)
        found = refresh(connection)
        assert rows(connection) == [("confidence interval", "Confidence intervals", 7, 6)]
    assert found == {"searches": 12, "without_result": 10, "shown": 7, "gaps": 1}


def test_only_the_week_and_what_arrived_in_time(warehouse: str) -> None:
    monday = datetime(2025, 3, 3, tzinfo=UTC)
    with connect(warehouse) as connection:
        for user in (1, 2):
            search(connection, user, "first moment", at=monday - timedelta(days=7))
            search(connection, user, "too early", at=monday - timedelta(days=7, seconds=1))
            search(connection, user, "too late", at=monday)
            search(connection, user, "offline", after=timedelta(days=6))
            search(connection, user, "lost", after=timedelta(days=9))
        refresh(connection)
        assert [row[0] for row in rows(connection)] == ["first moment", "offline"]


def test_a_rerun_replaces_and_an_empty_week_has_none(warehouse: str) -> None:
    with connect(warehouse) as connection:
        for user in (1, 2):
            search(connection, user, "anova")
        refresh(connection)
        connection.execute("DELETE FROM app.searches")
        assert refresh(connection) == {"searches": 0, "without_result": 0, "shown": 0, "gaps": 0}
        assert rows(connection) == []


def test_slips_are_found_where_one_end_of_the_word_is_right(warehouse: str) -> None:
    right = ["variance", "gradient", "sampling"]
    others = [
        "covariance",
        "varience",
        "ariance",
        "gradiant",
        "gradients",
        "gredeint",
        "sampilng",
        "qradienz",
    ]
    with connect(warehouse) as connection:
        found = set(repo.slips(connection, right, right + others))
    assert found == {
        ("variance", "varience"), ("variance", "ariance"), ("gradient", "gradiant"), ("gradient", "gradients"),
        ("sampling", "sampilng"),
    }  # fmt: skip


def test_any_text_of_a_query_is_survived(warehouse: str) -> None:
    with connect(warehouse) as connection:
        for user in (1, 2):
            for text in ("%s {members} '; --", "\\d+", "x" * 5_000, "\t\n", "😀😀"):
                search(connection, user, text)
        refresh(connection)
        assert {row[0] for row in rows(connection)} == {"s member", "\\d+"[1:], "x" * 80, "😀😀"}
