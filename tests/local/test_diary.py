"""One man's real diary, brought to our days."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest

from include.core.db import Connection
from include.local import importers
from include.local.importers import BadImport

SUNDAY = date(2026, 9, 6)
ONE = '{"user": "sam", "date_gregorian": "1660-01-11", "entry_id": "e-1", "text": "Up betimes."}'


@pytest.fixture
def connection(warehouse: str) -> Iterator[Connection]:
    with psycopg.connect(warehouse) as opened:
        yield opened


def entries(connection: Connection, columns: str) -> list[tuple[object, ...]]:
    return connection.execute(f"SELECT {columns} FROM app.journal_entries ORDER BY written_at").fetchall()


def test_the_real_diary_ends_in_the_week_asked_for_with_its_weekdays(
    connection: Connection, real_data: Path
) -> None:
    folder = real_data / "diary_pepys"
    assert importers.detect(folder) == "diary"
    report = importers.load(connection, "diary", folder, to=SUNDAY)
    assert (report.rows_rejected, report.rows_left_out, report.users) == (0, 2, 1)
    found = entries(connection, "local_day, body")
    assert len(found) == report.rows_loaded == 1_813
    days = [day for day, _ in found]
    assert SUNDAY - timedelta(days=6) <= days[-1] <= SUNDAY
    lords_days = {day.weekday() for day, body in found if "Lord’s day" in str(body)[:40]}
    assert lords_days == {SUNDAY.weekday()}
    zone = connection.execute("SELECT external_id, time_zone FROM app.users").fetchone()
    assert zone == ("samuel_pepys", "Europe/London")


def test_loading_again_changes_nothing_and_keeps_the_settings(connection: Connection, tmp_path: Path) -> None:
    (tmp_path / "entries.jsonl").write_text(ONE)
    importers.load(connection, "diary", tmp_path, to=SUNDAY)
    connection.execute("UPDATE app.coaching_config SET enable_coaching_messages = false")
    before = entries(connection, "entry_id, ctid::text, written_at, local_day")
    importers.load(connection, "diary", tmp_path, to=SUNDAY)
    assert entries(connection, "entry_id, ctid::text, written_at, local_day") == before
    assert before[0][3] == SUNDAY
    settings = connection.execute(
        "SELECT enable_coaching_messages, frequency FROM app.coaching_config"
    ).fetchall()
    assert settings == [(False, "daily")]


def test_by_default_it_ends_in_the_past_and_in_the_future_it_is_rejected(
    connection: Connection, tmp_path: Path
) -> None:
    (tmp_path / "entries.jsonl").write_text(ONE)
    assert importers.load(connection, "diary", tmp_path).rows_loaded == 1
    (age,) = connection.execute("SELECT now() - written_at FROM app.journal_entries").fetchone() or (None,)
    assert age is not None and timedelta(0) < age < timedelta(days=9)
    assert importers.load(connection, "diary", tmp_path, to=date(2999, 1, 1)).rows_rejected == 1


def test_entries_without_a_day_or_text_and_files_without_any(connection: Connection, tmp_path: Path) -> None:
    undated = ONE.replace('"1660-01-11"', "null")
    path = tmp_path / "entries.jsonl"
    path.write_text("\n".join([undated, ONE.replace("Up betimes.", ""), ONE.replace("e-1", "e-2")]))
    report = importers.load(connection, "diary", path, to=SUNDAY)
    assert (report.rows_left_out, report.rows_rejected, report.rows_loaded) == (1, 1, 1)
    path.write_text(undated)
    assert importers.load(connection, "diary", path).rows_left_out == 1


def test_only_a_diary_is_moved(connection: Connection, tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text("external_id\nann\n")
    with pytest.raises(BadImport, match="only a diary's days are moved"):
        importers.load(connection, "csv", tmp_path, to=SUNDAY)
