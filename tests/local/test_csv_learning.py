"""Anyone's own questions, attempts and searches: the contract, and what happens to rows that break it."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pandas as pd
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.core.db import Connection
from include.local import importers
from include.local.importers import ImportReport
from include.local.importers.cleaning import EVENT_IDS

QUESTIONS = "question,concept\nq1,fractions\nq2,ratios\n"
HEADER = "external_id,event_id,question,answered_at,correct"
EVENT = uuid.UUID("0b9f3f1e-5d2c-4a7b-8c3d-2e1f0a9b8c7d")


@pytest.fixture
def connection(warehouse: str) -> Iterator[Connection]:
    with psycopg.connect(warehouse) as opened:
        yield opened


def load(connection: Connection, folder: Path, **files: str) -> ImportReport:
    """The folder with these files, and no others."""
    for old in folder.glob("*.csv"):
        old.unlink()
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content)
    return importers.load(connection, "csv", folder)


def attempts(connection: Connection, columns: str) -> list[tuple[object, ...]]:
    return connection.execute(
        f"SELECT users.external_id, questions.external_id, {columns} FROM app.question_attempts AS attempt"
        " JOIN app.users AS users USING (user_id) JOIN app.questions AS questions USING (question_id)"
        " ORDER BY answered_at, 1, event_id"
    ).fetchall()


def reasons(connection: Connection) -> list[tuple[int, str]]:
    found = connection.execute("SELECT line_number, reason FROM app.rejected_rows ORDER BY 1, 2").fetchall()
    return [(line, reason.partition(", ")[2]) for line, reason in found]


def created(connection: Connection) -> list[tuple[str, str]]:
    return connection.execute(
        "SELECT external_id, (created_at AT TIME ZONE 'UTC')::text FROM app.questions ORDER BY 1"
    ).fetchall()


# ------------------------------------------------------------------ attempts


def test_the_smallest_file_loads(connection: Connection, tmp_path: Path) -> None:
    report = load(
        connection,
        tmp_path,
        questions=QUESTIONS,
        question_attempts=f"{HEADER}\nann,{EVENT},q1,2024-03-01T10:00:00Z,true\nbob,7,q2,2024-03-01 11:00,0\n",
    )
    assert report[1:5] == (4, 4, 0, 2)
    noon = datetime(2024, 3, 1, 10, tzinfo=UTC)
    assert attempts(
        connection, "event_id, answered_at, received_at, utc_offset, correct, skipped, response_ms"
    ) == [
        ("ann", "q1", EVENT, noon, noon, 0, True, False, None),
        ("bob", "q2", uuid.uuid5(EVENT_IDS, "7"), *(noon + timedelta(hours=1),) * 2, 0, False, False, None),
    ]


def test_offset_is_the_devices_else_the_one_named_else_that_of_the_users_zone(
    connection: Connection, tmp_path: Path
) -> None:
    lines = [
        f"{HEADER},utc_offset",
        "ann,1,q1,2024-07-01T10:00:00Z,1,-300",
        "ann,2,q1,2024-07-01T12:00:00+05:45,1,",
        "ann,3,q1,2024-07-01T12:30:00-0330,1,",
        "ann,4,q1,2024-07-02T10:00:00Z,1,",
        "ann,5,q1,2024-12-02T10:00:00+00:00,1,",
        "ann,6,q1,2024-12-03T10:00:00Z,1,1000",
        "bob,7,q1,2024-12-04T23:30:00+14:00,1,",
    ]
    load(
        connection,
        tmp_path,
        users="external_id,time_zone\nann,Europe/Berlin\n",
        questions=QUESTIONS,
        question_attempts="\n".join(lines),
    )
    found = attempts(connection, "utc_offset, (answered_at AT TIME ZONE 'UTC')::text, local_day::text")
    assert [row[2:] for row in found] == [
        (345, "2024-07-01 06:15:00", "2024-07-01"),
        (-300, "2024-07-01 10:00:00", "2024-07-01"),
        (-210, "2024-07-01 16:00:00", "2024-07-01"),
        (120, "2024-07-02 10:00:00", "2024-07-02"),
        (60, "2024-12-02 10:00:00", "2024-12-02"),
        (60, "2024-12-03 10:00:00", "2024-12-03"),
        (840, "2024-12-04 09:30:00", "2024-12-04"),
    ]
    assert reasons(connection) == [(7, "utc_offset: not minutes from UTC")]


def test_a_zone_that_the_database_does_not_know_counts_as_utc(connection: Connection, tmp_path: Path) -> None:
    connection.execute("INSERT INTO app.users (external_id, time_zone) VALUES ('ann', 'Mars/Olympus')")
    load(
        connection,
        tmp_path,
        questions=QUESTIONS,
        question_attempts=f"{HEADER}\nann,1,q1,2024-07-01T10:00:00Z,1\n",
    )
    assert attempts(connection, "utc_offset") == [("ann", "q1", 0)]


def test_a_skip_is_never_correct_and_needs_no_mark(connection: Connection, tmp_path: Path) -> None:
    lines = [
        f"{HEADER},skipped,response_ms",
        "ann,1,q1,2024-03-01T10:00:00Z,TRUE,yes,1500.4",
        "ann,2,q1,2024-03-01T10:01:00Z,,t,-1",
        "ann,3,q1,2024-03-01T10:02:00Z,no,,3e9",
        "ann,4,q1,2024-03-01T10:03:00Z,,0,5",
        "ann,5,q1,2024-03-01T10:04:00Z,perhaps,,5",
        "ann,6,q1,2024-03-01T10:05:00Z,1,perhaps,5",
    ]
    load(connection, tmp_path, questions=QUESTIONS, question_attempts="\n".join(lines))
    assert attempts(connection, "correct, skipped, response_ms") == [
        ("ann", "q1", False, True, 1_500),
        ("ann", "q1", False, True, None),
        ("ann", "q1", False, False, None),
    ]
    assert reasons(connection) == [
        (3, "response_ms: negative"),
        (4, "response_ms: too large"),
        (5, "correct: missing"),
        (6, "correct: neither true nor false"),
        (7, "skipped: neither true nor false"),
    ]


def test_impossible_times_are_rejected_with_the_reason(connection: Connection, tmp_path: Path) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    lines = [
        f"{HEADER},received_at",
        "ann,1,q1,2999-01-01T10:00:00Z,1,",
        "ann,2,q1,1999-12-31T23:59:59Z,1,",
        "ann,3,q1,yesterday,1,2024-03-01T10:00:00Z",
        "ann,4,q1,,1,",
        "ann,5,q1,2024-03-01T10:06:00Z,1,2024-03-01T10:00:00Z",
        "ann,6,q1,2024-03-01T10:04:00Z,1,2024-03-01T10:00:00Z",
        "ann,7,q1,2024-03-01T10:00:00Z,1,later",
        f"ann,8,q1,{soon.isoformat()},1,",
        "ann,9,q1,now,1,",
    ]
    report = load(connection, tmp_path, questions=QUESTIONS, question_attempts="\n".join(lines))
    assert reasons(connection) == [
        (2, "answered_at: in the future"),
        (3, "answered_at: before 2000"),
        (4, "answered_at: not an ISO 8601 time"),
        (5, "answered_at: not an ISO 8601 time"),
        (6, "answered_at: later than received_at"),
        (8, "received_at: not an ISO 8601 time"),
        (9, "answered_at: in the future"),
        (10, "answered_at: not an ISO 8601 time"),
    ]
    assert len(attempts(connection, "1")) == 1
    assert report[1:4] == (11, 3, 8)


def test_unknown_questions_are_kept_aside_and_load_once_they_are_known(
    connection: Connection, tmp_path: Path
) -> None:
    rows = (
        "ann,1,q1,2024-03-01T10:00:00Z,1",
        "ann,2,q9,2024-03-01T10:01:00Z,1",
        "ann,3,,2024-03-01T10:02:00Z,1",
    )
    lines = "\n".join((HEADER, *rows))
    report = load(connection, tmp_path, questions=QUESTIONS, question_attempts=lines)
    assert report[1:4] == (5, 3, 2)
    assert reasons(connection) == [
        (3, "question: not known; load it in questions, then this file again"),
        (4, "question: missing"),
    ]
    kept = connection.execute("SELECT raw_row FROM app.rejected_rows WHERE line_number = 3").fetchone()
    assert kept == ("ann,2,q9,2024-03-01T10:01:00Z,1",)
    load(connection, tmp_path, questions="question,concept\nq9,sampling\n", question_attempts=lines)
    assert [row[1] for row in attempts(connection, "1")] == ["q1", "q9"]


def test_a_question_of_a_later_file_of_the_same_folder_is_known(
    connection: Connection, tmp_path: Path
) -> None:
    (tmp_path / "questions.parquet").unlink(missing_ok=True)
    pd.DataFrame({"question": [7], "concept": ["ratios"]}).to_parquet(tmp_path / "questions.parquet")
    report = load(connection, tmp_path, question_attempts=f"{HEADER}\nann,1,7,2024-03-01T10:00:00Z,1\n")
    assert report.rows_rejected == 0


@given(order=st.permutations(range(6)), cuts=st.sets(st.integers(1, 5), max_size=2))
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_late_and_repeated_events_give_the_same_rows_in_any_order_and_files(
    connection: Connection, tmp_path: Path, order: list[int], cuts: set[int]
) -> None:
    """Of the copies of an event the one that was received first counts."""
    lines = [
        "ann,1,q1,2024-03-01T10:00:00Z,1,2024-03-01T10:00:01Z",
        "ann,1,q1,2024-03-01T10:00:00Z,1,2024-03-04T09:00:00Z",
        "ann,1,q2,2024-03-01T10:00:00Z,0,2024-03-03T09:00:00Z",
        "bob,1,q2,2024-03-01T10:00:00Z,0,2024-03-05T09:00:00Z",
        "bob,2,q2,2024-03-01T09:00:00Z,1,2024-03-02T09:00:00Z",
        "bob,2,q2,2024-03-01T09:00:00Z,1,2024-03-02T09:00:00Z",
    ]
    connection.execute("TRUNCATE app.question_attempts")
    ends = [0, *sorted(cuts), 6]
    for first, last in pairwise(ends):
        part = [f"{HEADER},received_at", *(lines[place] for place in order[first:last])]
        load(connection, tmp_path, questions=QUESTIONS, question_attempts="\n".join(part))
    found = attempts(connection, "correct, to_char(received_at AT TIME ZONE 'UTC', 'DD HH24:MI:SS')")
    assert found == [
        ("bob", "q2", True, "02 09:00:00"),
        ("ann", "q1", True, "01 10:00:01"),
        ("bob", "q2", False, "05 09:00:00"),
    ]


def test_ids_in_any_form_of_a_uuid_are_the_same_event(connection: Connection, tmp_path: Path) -> None:
    rest = "q1,2024-03-01T10:00:00Z,1"
    forms = (str(EVENT), EVENT.hex, str(EVENT).upper(), f" {EVENT} ")
    lines = [HEADER, *(f"ann,{form},{rest}" for form in forms), f"ann,x{EVENT},{rest}", f"ann,,{rest}"]
    load(connection, tmp_path, questions=QUESTIONS, question_attempts="\n".join(lines))
    found = {event for *_, event in attempts(connection, "event_id")}
    assert found == {EVENT, uuid.uuid5(EVENT_IDS, f"x{EVENT}")}
    assert reasons(connection) == [(7, "event_id: missing")]


def test_parquet_and_csv_load_alike(connection: Connection, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "external_id": [1, 2],
            "event_id": ["a", "b"],
            "question": ["q1", "q2"],
            "answered_at": pd.to_datetime(["2024-07-01 10:00:00.0", "2024-07-01 10:00:00.123456"], utc=True),
            "received_at": pd.to_datetime(["2024-07-01 10:00:05", None], utc=True),
            "correct": [True, False],
            "skipped": [False, True],
            "response_ms": [1_500.0, None],
        }
    )
    (tmp_path / "parquet").mkdir()
    frame.to_parquet(tmp_path / "parquet" / "question_attempts.parquet")
    load(connection, tmp_path, questions=QUESTIONS)
    assert importers.load(connection, "csv", tmp_path / "parquet").rows_rejected == 0
    everything = "event_id, answered_at, received_at, utc_offset, correct, skipped, response_ms"
    before = attempts(connection, everything)
    assert len(before) == 2
    connection.execute("TRUNCATE app.question_attempts")
    load(connection, tmp_path, question_attempts=frame.to_csv(index=False))
    assert attempts(connection, everything) == before


# ------------------------------------------------------------------ questions


def test_newer_questions_replace_what_their_file_carries(connection: Connection, tmp_path: Path) -> None:
    load(
        connection,
        tmp_path,
        questions="question,concept,prompt,created_at\nq1,ratios,1:2 = ?,2024-01-01\nq2,ratios,,\n,ratios,,\nq3,,,\n",
    )
    assert created(connection) == [("q1", "2024-01-01 00:00:00"), ("q2", "2000-01-01 00:00:00")]
    assert reasons(connection) == [(4, "question: missing"), (5, "concept: missing")]
    load(connection, tmp_path, questions="question,concept\nq1,fractions\n")
    known = connection.execute(
        "SELECT concept, prompt FROM app.questions WHERE external_id = 'q1'"
    ).fetchone()
    assert known == ("fractions", "1:2 = ?")
    assert created(connection)[0] == ("q1", "2024-01-01 00:00:00")
    load(connection, tmp_path, questions="question,concept,created_at\nq1,fractions,2024-02-01\n")
    assert created(connection)[0] == ("q1", "2024-02-01 00:00:00")


# ------------------------------------------------------------------ searches


def test_searches_load_with_what_was_typed(connection: Connection, tmp_path: Path) -> None:
    lines = [
        "external_id,event_id,query,results,searched_at",
        "ann,1,Bayes Theorem?,0,2024-03-01T10:00:00Z",
        "ann,1,Bayes Theorem?,0,2024-03-01T10:00:00Z",
        "ann,2,,3,2024-03-01T10:00:00Z",
        "ann,3,ratios,-1,2024-03-01T10:00:00Z",
        "ann,4,ratios,3,2999-03-01T10:00:00Z",
        f"ann,5,{'x' * 300},3,2024-03-02T10:00:00Z",
    ]
    load(connection, tmp_path, searches="\n".join(lines))
    found = connection.execute("SELECT query, results FROM app.searches ORDER BY searched_at").fetchall()
    assert found == [("Bayes Theorem?", 0), ("x" * 200, 3)]
    assert reasons(connection) == [
        (4, "query or results: missing"),
        (5, "query or results: missing"),
        (5, "results: negative"),
        (6, "searched_at: in the future"),
    ]
