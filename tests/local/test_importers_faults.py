"""Bad input: a reason for everything that is not loaded, and the rest is loaded."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import psycopg
import pytest

from include.core.db import Connection
from include.local import importers
from include.local.importers import BadImport, ImportReport

ACTIVITY = "Id,ActivityDate,TotalSteps,VeryActiveMinutes,FairlyActiveMinutes,SedentaryMinutes,Calories\n"


@pytest.fixture
def connection(warehouse: str) -> Iterator[Connection]:
    with psycopg.connect(warehouse) as opened:
        yield opened


def load_csv(connection: Connection, folder: Path, **files: str | bytes) -> ImportReport:
    """Write `name`.csv files and load the folder in the form of the data contract."""
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / f"{name}.csv").write_bytes(raw)
    return importers.load(connection, "csv", folder)


def rejected(connection: Connection) -> list[tuple[int, str]]:
    rows = connection.execute("SELECT line_number, reason FROM app.rejected_rows ORDER BY 1, 2")
    return rows.fetchall()


def daily(connection: Connection, columns: str) -> list[tuple[object, ...]]:
    return connection.execute(
        f"SELECT external_id, day::text, {columns} FROM app.daily_health JOIN app.users USING (user_id)"
        " ORDER BY external_id, day"
    ).fetchall()


def test_impossible_values_are_set_aside_and_the_rest_of_the_row_loads(
    connection: Connection, tmp_path: Path
) -> None:
    lines = ["external_id,day,steps,hrv"]
    for value in ("NaN", "inf", "-1", "many", "1e39", "1e-60", ""):
        lines.append(f"u{len(lines)},2024-01-01,{value},50")
    report = load_csv(connection, tmp_path, daily_health="\n".join(lines))
    values = daily(connection, "steps, hrv")
    assert [row[2] for row in values] == [None, None, None, None, None, 0.0, None]
    assert {row[3] for row in values} == {50.0}
    reasons = [reason.removeprefix("daily_health.csv, steps: ") for _, reason in rejected(connection)]
    assert reasons == ["not a number", "infinite", "negative", "not a number", "too large"]
    assert (report.rows_read, report.rows_loaded, report.rows_rejected) == (7, 7, 5)


def test_rows_without_user_or_day_are_rejected_with_their_lines(
    connection: Connection, tmp_path: Path
) -> None:
    text = (
        "external_id,day,steps\n"
        ",2024-01-01,1\n"
        "a,2024-13-01,2\n"
        "\n"
        "a,2999-01-01,3\n"
        "a,1776-07-04,4\n"
        "a,2024-01-05,5,too,many\n"
        "a,2024-01-06\n"
        "a,2024-01-07,7\n"
    )
    report = load_csv(connection, tmp_path, daily_health=text)
    assert [line for line, _ in rejected(connection)] == [2, 3, 5, 6, 7, 8]
    assert daily(connection, "steps") == [("a", "2024-01-07", 7.0)]
    assert (report.rows_read, report.rows_loaded, report.rows_rejected) == (7, 1, 6)
    (raw,) = connection.execute("SELECT raw_row FROM app.rejected_rows WHERE line_number = 7").fetchone()
    assert raw == "a,2024-01-05,5,too,many"


def test_only_malformed_rows_is_an_import_of_nothing(connection: Connection, tmp_path: Path) -> None:
    report = load_csv(connection, tmp_path, daily_health="external_id,day,steps\na\nb\n")
    assert report[1:5] == (2, 0, 2, 0)


def test_names_lose_nul_bytes_and_all_beyond_200_characters(connection: Connection, tmp_path: Path) -> None:
    text = b"external_id,display_name\na,A\0da\nb," + b"x" * 1_000_000 + b"\nc\0,Carl\nd,\xff\xfeDora\n"
    report = load_csv(connection, tmp_path, users=text)
    names = connection.execute("SELECT external_id, display_name FROM app.users ORDER BY 1").fetchall()
    assert names == [("a", "Ada"), ("b", "x" * 200), ("d", "\ufffd\ufffdDora")]
    assert rejected(connection) == [(4, "users.csv, external_id: holds a NUL byte")]
    assert report.rows_rejected == 1


def test_unknown_zone_sex_and_time_are_replaced_with_a_reason(connection: Connection, tmp_path: Path) -> None:
    text = (
        "external_id,time_zone,sex,last_active_at\n"
        "a,Europe/Atlantis,F,2024-01-01T08:00:00+02:00\n"
        "b,Asia/Tokyo,x,yesterday\n"
        "c,,,2999-01-01\n"
    )
    load_csv(connection, tmp_path, users=text)
    people = connection.execute(
        "SELECT external_id, time_zone, sex, (last_active_at AT TIME ZONE 'UTC')::text"
        " FROM app.users ORDER BY 1"
    ).fetchall()
    assert people == [
        ("a", "UTC", "female", "2024-01-01 06:00:00"),
        ("b", "Asia/Tokyo", None, None),
        ("c", "UTC", None, None),
    ]
    assert [line for line, _ in rejected(connection)] == [2, 3, 3, 4]


def test_newer_import_replaces_what_its_file_carries_and_nothing_else(
    connection: Connection, tmp_path: Path
) -> None:
    load_csv(connection, tmp_path, daily_health="external_id,day,steps,hrv\na,2024-01-01,100,40\n")
    load_csv(connection, tmp_path, daily_health="external_id,day,steps,weight\na,2024-01-01,,70\n")
    assert daily(connection, "steps, hrv, weight") == [("a", "2024-01-01", None, 40.0, 70.0)]


def test_a_day_that_loses_its_last_value_loses_its_row(connection: Connection, tmp_path: Path) -> None:
    load_csv(connection, tmp_path, daily_health="external_id,day,steps\na,2024-01-01,100\n")
    load_csv(connection, tmp_path, daily_health="external_id,day,steps\na,2024-01-01,\nb,2024-01-01,\n")
    assert daily(connection, "steps") == []
    users = connection.execute("SELECT external_id FROM app.users ORDER BY user_id").fetchall()
    assert users == [("a",), ("b",)]


def test_the_last_of_several_rows_of_a_day_counts(connection: Connection, tmp_path: Path) -> None:
    text = "external_id,day,steps\na,2024-01-01,1\na,2024-01-01,1\na,2024-01-01,2\n"
    assert load_csv(connection, tmp_path, daily_health=text).rows_loaded == 3
    assert daily(connection, "steps") == [("a", "2024-01-01", 2.0)]


def test_parquet_and_csv_load_alike(connection: Connection, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "external_id": [7, 8, 9],
            "day": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03"]),
            "steps": [1_000.5, None, -4.0],
            "mood": [None, "fine", "fine"],
        }
    )
    (tmp_path / "parquet").mkdir()
    frame.to_parquet(tmp_path / "parquet" / "daily_health.parquet")
    report = importers.load(connection, "csv", tmp_path / "parquet")
    assert report[1:5] == (3, 3, 1, 3)
    expected = [
        ("7", "2024-01-01", 1000.5, None),
        ("8", "2024-01-02", None, "fine"),
        ("9", "2024-01-03", None, "fine"),
    ]
    assert daily(connection, "steps, mood") == expected
    before = daily(connection, "daily_health.import_id")
    frame.to_csv(tmp_path / "daily_health.csv", index=False)
    assert importers.load(connection, "csv", tmp_path)[1:5] == (3, 3, 1, 3)
    assert daily(connection, "daily_health.import_id") == before


def test_extra_columns_are_named(connection: Connection, tmp_path: Path) -> None:
    report = load_csv(connection, tmp_path, daily_health="external_id,day,steps,shoe\na,2024-01-01,1,42\n")
    assert report.ignored == ("daily_health.csv: shoe",)


def test_lab_results_need_test_value_and_unit(connection: Connection, tmp_path: Path) -> None:
    text = (
        "external_id,taken_on,test,value,unit,ref_high\n"
        "a,2024-01-01,ferritin,50,ng/mL,300\n"
        "a,2024-01-01,iron,,x,\n"
    )
    report = load_csv(connection, tmp_path, lab_results=text)
    rows = connection.execute("SELECT test, value, unit, ref_low, ref_high FROM app.lab_results").fetchall()
    assert rows == [("ferritin", 50.0, "ng/mL", None, 300.0)]
    assert report.rows_rejected == 1


def test_a_missing_column_names_file_and_columns(connection: Connection, tmp_path: Path) -> None:
    (tmp_path / "dailyActivity_merged.csv").write_text("Id,ActivityDate,TotalSteps\n1,4/12/2016,5\n")
    with pytest.raises(
        BadImport, match=r"dailyActivity_merged.csv: missing columns VeryActiveMinutes, .*found: Id"
    ):
        importers.load(connection, "fitabase", tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"not gzip at all", gzip.compress(b"external_id,day\n" * 9)[:-12]],
    ids=["empty", "another form", "cut off"],
)
def test_an_unreadable_file_is_named(connection: Connection, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "daily_health.csv.gz").write_bytes(content)
    with pytest.raises(BadImport, match=r"daily_health\.csv\.gz: cannot be read"):
        importers.load(connection, "csv", tmp_path)


def test_unknown_source_and_empty_folder_say_what_to_do(connection: Connection, tmp_path: Path) -> None:
    with pytest.raises(BadImport, match="choose one of fitabase, lifesnaps, labs, glucose, csv, lkt"):
        importers.load(connection, "oura", tmp_path)
    names = "users, daily_health, lab_results, questions, question_attempts, searches, coaching, journal"
    with pytest.raises(BadImport, match=rf"looked for {names}, engagement as \.csv"):
        importers.load(connection, "csv", tmp_path)
    with pytest.raises(BadImport, match="no such file or folder"):
        importers.detect(tmp_path / "nowhere")


def test_fitabase_non_wear_zero_calories_and_both_date_forms(connection: Connection, tmp_path: Path) -> None:
    (tmp_path / "dailyActivity.csv").write_text(
        ACTIVITY
        + "1,4/12/2016,0,0,0,1440,1800\n"
        + "1,4/13/2016,500,10,5,700,0\n"
        + "1,4/14/16,600,1,2,700,1900\n"
        + "1,14/4/2016,600,1,2,700,1900\n"
    )
    (tmp_path / "sleepDay.csv").write_text(
        "Id,SleepDay,TotalSleepRecords,TotalMinutesAsleep,TotalTimeInBed\n"
        "1,4/14/2016 12:00:00 AM,1,400,430\n1,4/14/2016 12:00:00 AM,1,400,430\n"
    )
    report = importers.load(connection, "fitabase", tmp_path)
    assert daily(connection, "steps, active_minutes, calories, sleep_minutes") == [
        ("1", "2016-04-13", 500.0, 15.0, None, None),
        ("1", "2016-04-14", 600.0, 3.0, 1900.0, 400.0),
    ]
    assert (report.rows_read, report.rows_rejected) == (6, 1)


def test_fitabase_export_that_reaches_further_wins(connection: Connection, tmp_path: Path) -> None:
    (tmp_path / "a_dailyActivity.csv").write_text(
        ACTIVITY + "1,4/12/2016,9000,1,2,700,1900\n1,4/13/2016,8000,1,2,700,1900\n"
    )
    (tmp_path / "b_dailyActivity.csv").write_text(ACTIVITY + "1,4/12/2016,100,1,2,1000,300\n")
    importers.load(connection, "fitabase", tmp_path)
    assert daily(connection, "steps") == [("1", "2016-04-12", 9000.0), ("1", "2016-04-13", 8000.0)]
