"""The learners' export: known answers, worked out from the file by other means, and what may be wrong in it."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import psycopg
import pytest
from psycopg import sql

from include.core.db import Connection
from include.local import importers, postgres

CENTRAL = ZoneInfo("America/Chicago")
EVENTS = "SELECT * FROM app.question_attempts ORDER BY user_id, event_id"
BY_WEEK = (
    "SELECT date_trunc('week', answered_at AT TIME ZONE 'UTC')::date::text, count(*), count(*) FILTER (WHERE correct)"
    " FROM app.question_attempts WHERE NOT skipped GROUP BY 1 ORDER BY 1"
)


@pytest.fixture
def connection(warehouse: str) -> Iterator[Connection]:
    with psycopg.connect(warehouse) as opened:
        yield opened


@pytest.fixture(scope="module")
def loaded(postgres_server: str, warehouse_template: str, real_data: Path) -> Iterator[Connection]:
    """A warehouse with the real file in it, once for all who only look."""
    create = sql.SQL("CREATE DATABASE loaded_lkt TEMPLATE {} STRATEGY file_copy")
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(create.format(sql.Identifier(warehouse_template)))
        with psycopg.connect(postgres.database_url(postgres_server, "loaded_lkt")) as opened:
            importers.load(opened, "lkt", real_data / "learner_stats_lkt")
            opened.commit()
            yield opened
        server.execute("DROP DATABASE loaded_lkt WITH (FORCE)")


@pytest.fixture(scope="module")
def export(real_data: Path) -> pd.DataFrame:
    return pd.read_parquet(real_data / "learner_stats_lkt" / "attempts.parquet")


def row(**changes: Any) -> dict[str, Any]:
    """One row of an export that is in order: shown at 10:00:00, answered 4 s later."""
    shown = datetime(2015, 11, 3, 10, tzinfo=CENTRAL)
    values = {
        "Transaction.Id": uuid.uuid4().hex,
        "Anon.Student.Id": "Stu_1",
        "Time": "2015-11-03 10:00:00",
        "Student.Response.Type": "ATTEMPT",
        "Problem.Name": "The __________ is the middle value.",
        "Outcome": "CORRECT",
        "Input": "median",
        "Condition.Name": "keypress",
        "KC..Cluster.": "7 The median is the middle value.",
        "CF..End.Latency.": 4_000,
        "CF..Response.Time.": shown.timestamp() * 1_000 + 4_000,
    }
    return values | changes


def load(connection: Connection, folder: Path, *rows: dict[str, Any]) -> importers.ImportReport:
    pd.DataFrame(rows).to_parquet(folder / "attempts.parquet")
    return importers.load(connection, "lkt", folder)


def answered(connection: Connection) -> list[tuple[datetime, int]]:
    """UTC time and offset of each event, in the order of the file's ids."""
    return connection.execute(
        "SELECT answered_at, utc_offset FROM app.question_attempts ORDER BY event_id"
    ).fetchall()


def in_order(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return [one | {"Transaction.Id": f"{number:032x}"} for number, one in enumerate(rows)]


def at(local: str, *, fold: int = 0) -> float:
    """Milliseconds since 1970 of a Central time."""
    return datetime.fromisoformat(local).replace(tzinfo=CENTRAL, fold=fold).timestamp() * 1_000


def reasons(connection: Connection) -> list[tuple[int, str]]:
    found = connection.execute("SELECT line_number, reason FROM app.rejected_rows ORDER BY 1, 2").fetchall()
    return [(line, reason.removeprefix("attempts.parquet, ")) for line, reason in found]


# ------------------------------------------------------------------ the real file


def test_counts_are_those_of_the_file(loaded: Connection, export: pd.DataFrame) -> None:
    counts = "SELECT rows_read, rows_loaded, rows_rejected FROM app.imports ORDER BY import_id LIMIT 1"
    study = int((export["Outcome"] == "STUDY").sum())
    skips = int(((export["Input"] == "[timeout]") & (export["Outcome"] != "STUDY")).sum())
    assert (len(export), study, skips) == (40_138, 2_206, 3_832)
    assert loaded.execute(counts).fetchone() == (40_138, 40_138 - study, 0)
    counted = loaded.execute(
        "SELECT count(*), count(*) FILTER (WHERE skipped), count(*) FILTER (WHERE correct),"
        " count(*) FILTER (WHERE response_ms IS NULL), count(DISTINCT user_id) FROM app.question_attempts"
    ).fetchone()
    correct = int((export["Outcome"] == "CORRECT").sum())
    assert counted == (40_138 - study, skips, correct, 0, 329)
    questions = loaded.execute(
        "SELECT count(*), count(DISTINCT concept), bool_and(prompt = external_id) FROM app.questions"
    ).fetchone()
    # 36 clusters, but each text has two numbers
    assert questions == (export["Problem.Name"].nunique(), 18, True)


def test_attempts_per_week_are_those_of_the_file(loaded: Connection, export: pd.DataFrame) -> None:
    tried = export[(export["Outcome"] != "STUDY") & (export["Condition.Name"] != "timeout")]
    moment = [datetime.fromtimestamp(ms / 1_000, UTC) for ms in tried["CF..Response.Time."]]
    monday = [(time - timedelta(days=time.weekday())).date().isoformat() for time in moment]
    expected = tried.assign(monday=monday, right=tried["Outcome"] == "CORRECT").groupby("monday")["right"]
    found = loaded.execute(BY_WEEK).fetchall()
    assert found == [(week, len(marks), marks.sum()) for week, marks in expected]
    assert [count for _, count, _ in found] == [111, 174, 5_337, 6_622, 6_520, 5_270, 9_911, 155]


def test_the_two_clocks_of_the_file_agree_but_for_pages_left_open(
    loaded: Connection, export: pd.DataFrame
) -> None:
    events = loaded.execute("SELECT event_id, answered_at FROM app.question_attempts").fetchall()
    given = pd.Series({event.hex: time for event, time in events})
    kept = export.set_index("Transaction.Id").loc[given.index]
    shown = pd.to_datetime(kept["Time"]).dt.tz_localize(CENTRAL)  # raises if an hour were ambiguous
    waited = (given - shown).dt.total_seconds()
    late = waited - kept["CF..End.Latency."] / 1_000 > 1
    assert (waited >= -1).all() and late.sum() == 21
    following = shown.sort_values().groupby(kept["Anon.Student.Id"]).shift(-1)
    assert (following - given)[late].dt.total_seconds().between(0, 20).sum() == 19


def test_the_choice_of_the_clock_changes_no_top_ten(loaded: Connection, export: pd.DataFrame) -> None:
    """By the time at which questions were shown, four attempts of four learners fall into another week."""
    board = (
        "SELECT date_trunc('week', answered_at AT TIME ZONE 'UTC')::date::text, external_id, count(*)"
        " FROM app.question_attempts JOIN app.users USING (user_id) WHERE NOT skipped GROUP BY 1, 2"
    )
    by_answer = pd.Series({(week, user): count for week, user, count in loaded.execute(board)})
    tried = export[(export["Outcome"] != "STUDY") & (export["Condition.Name"] != "timeout")]
    shown = pd.to_datetime(tried["Time"]).dt.tz_localize(CENTRAL).dt.tz_convert("UTC").dt.tz_localize(None)
    by_question = tried.groupby(
        [shown.dt.to_period("W").dt.start_time.dt.date.astype(str), "Anon.Student.Id"]
    ).size()
    moved = by_answer.sub(by_question.rename_axis([None, None]), fill_value=0)
    assert moved[moved < 0].tolist() == [-1] * 4
    for week in sorted(set(by_answer.index.get_level_values(0))):
        tops = [counts[week].nlargest(10, keep="all").sort_index() for counts in (by_answer, by_question)]
        assert tops[0].to_dict() == tops[1].to_dict()


def test_nobody_answered_in_the_hour_that_came_twice(loaded: Connection, export: pd.DataFrame) -> None:
    assert not export["Time"].between("2015-11-01 01:00:00", "2015-11-01 02:00:00").any()
    by_offset = loaded.execute(
        "SELECT utc_offset, bool_and(answered_at < '2015-11-01 07:00+00'),"
        " bool_and(answered_at >= '2015-11-01 07:00+00'),"
        " bool_and(local_day = (answered_at AT TIME ZONE 'America/Chicago')::date)"
        " FROM app.question_attempts GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert by_offset == [(-360, False, True, True), (-300, True, False, True)]


def test_questions_are_as_old_as_their_first_answer(loaded: Connection) -> None:
    difference = loaded.execute(
        "SELECT bool_and(created_at = first), bool_and(received_at_differs = 0) FROM app.questions JOIN ("
        " SELECT question_id, min(answered_at) AS first, count(*) FILTER (WHERE received_at <> answered_at)"
        " AS received_at_differs FROM app.question_attempts GROUP BY 1) AS answers USING (question_id)"
    ).fetchone()
    assert difference == (True, True)


def test_loading_twice_changes_nothing(loaded: Connection, real_data: Path) -> None:
    tables = (EVENTS, "SELECT * FROM app.questions ORDER BY 1", "SELECT * FROM app.users ORDER BY 1")
    before = [loaded.execute(query).fetchall() for query in tables]
    importers.load(loaded, "lkt", real_data / "learner_stats_lkt")
    assert [loaded.execute(query).fetchall() for query in tables] == before


def test_events_stand_in_order_of_time(loaded: Connection) -> None:
    heap = loaded.execute("SELECT received_at FROM app.question_attempts ORDER BY ctid").fetchall()
    assert heap == sorted(heap)


def test_the_file_is_known_by_its_name(real_data: Path) -> None:
    assert importers.detect(real_data / "learner_stats_lkt") == "lkt"


# ------------------------------------------------------------------ clocks


def test_the_learners_clock_tells_which_of_the_two_hours(connection: Connection, tmp_path: Path) -> None:
    shown = "2015-11-01 01:30:00"
    report = load(
        connection,
        tmp_path,
        *in_order(
            row(Time=shown) | {"CF..Response.Time.": at(shown) + 4_000},
            row(Time=shown) | {"CF..Response.Time.": at(shown, fold=1) + 4_000, "Anon.Student.Id": "Stu_2"},
        ),
    )
    assert report.rows_rejected == 0
    assert answered(connection) == [
        (datetime(2015, 11, 1, 6, 30, 4, tzinfo=UTC), -300),
        (datetime(2015, 11, 1, 7, 30, 4, tzinfo=UTC), -360),
    ]


def test_an_answer_after_the_page_lay_open_counts_when_it_was_given(
    connection: Connection, tmp_path: Path
) -> None:
    first = row() | {"CF..Response.Time.": at("2015-11-05 09:00:00")}
    following = row(Time="2015-11-05 09:00:16") | {"CF..Response.Time.": at("2015-11-05 09:00:20")}
    load(connection, tmp_path, *in_order(first, following))
    assert answered(connection)[0] == (datetime(2015, 11, 5, 15, tzinfo=UTC), -360)


@pytest.mark.parametrize("clock", ["2015-11-03 09:00:00", "2015-11-05 12:00:00", None, "1970"])
def test_a_clock_that_cannot_be_right_is_not_trusted(
    connection: Connection, tmp_path: Path, clock: str | None
) -> None:
    """Before the question was shown, after the next one was, or no time at all."""
    moment = None if clock is None else 0.0 if clock == "1970" else at(clock)
    first = row() | {"CF..Response.Time.": moment}
    following = row(Time="2015-11-03 10:00:20") | {"CF..Response.Time.": at("2015-11-03 10:00:24")}
    load(connection, tmp_path, *in_order(first, following))
    assert answered(connection)[0] == (datetime(2015, 11, 3, 16, 0, 4, tzinfo=UTC), -360)


# ------------------------------------------------------------------ rows


def test_time_out_is_a_skip_whatever_the_outcome(connection: Connection, tmp_path: Path) -> None:
    report = load(
        connection,
        tmp_path,
        *in_order(
            row(Input="[timeout]"),
            row(Outcome="INCORRECT") | {"Condition.Name": "timeout"},
            row(Outcome="STUDY", Input="[timeout]") | {"Student.Response.Type": "HINT_REQUEST"},
            row(Outcome="INCORRECT") | {"CF..End.Latency.": -1},
        ),
    )
    found = connection.execute(
        "SELECT skipped, correct, response_ms FROM app.question_attempts ORDER BY event_id"
    ).fetchall()
    assert found == [(True, False, 4_000), (True, False, 4_000), (False, False, None)]
    assert (report.rows_read, report.rows_loaded, report.rows_left_out, report.rows_rejected) == (4, 3, 1, 0)


def test_what_cannot_be_an_attempt_is_kept_aside_with_the_reason(
    connection: Connection, tmp_path: Path
) -> None:
    report = load(
        connection,
        tmp_path,
        row(),
        row(Time="yesterday"),
        row(Time="1999-12-31 10:00:00") | {"CF..Response.Time.": None},
        row(Time="2999-01-01 10:00:00") | {"CF..Response.Time.": None},
        row(Outcome="MAYBE"),
        row() | {"Transaction.Id": ""},
        row() | {"Anon.Student.Id": None},
        row() | {"Problem.Name": " "},
    )
    assert reasons(connection) == [
        (2, "Time: not a time of the form YYYY-MM-DD HH:MM:SS"),
        (3, "Time: before 2000"),
        (4, "answered_at: in the future"),
        (5, "Outcome: neither CORRECT nor INCORRECT"),
        (6, "Transaction.Id: missing"),
        (7, "Anon.Student.Id: missing"),
        (8, "Problem.Name: missing"),
    ]
    assert report[1:4] == (8, 1, 7)
    assert len(connection.execute(EVENTS).fetchall()) == 1


def test_an_event_that_is_there_twice_counts_once(connection: Connection, tmp_path: Path) -> None:
    one = row()
    load(connection, tmp_path, one, one, one | {"Anon.Student.Id": "Stu_2"})
    assert len(connection.execute(EVENTS).fetchall()) == 2  # ids are the learner's own


def test_an_earlier_export_makes_a_question_older(connection: Connection, tmp_path: Path) -> None:
    load(connection, tmp_path, row())
    load(connection, tmp_path, row(Time="2015-10-26 10:00:00") | {"CF..Response.Time.": None})
    load(connection, tmp_path, row(Time="2015-12-01 10:00:00") | {"CF..Response.Time.": None})
    (created,) = connection.execute("SELECT created_at FROM app.questions").fetchone()
    assert created == datetime(2015, 10, 26, 15, 0, 4, tzinfo=UTC)
