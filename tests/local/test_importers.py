"""Real exports with known answers."""

import csv
import gzip
import itertools
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest

from include.core.db import Connection
from include.local import importers

ALL_ROWS = "SELECT * FROM app.daily_health ORDER BY user_id, day"


@pytest.fixture
def connection(warehouse: str) -> Iterator[Connection]:
    with psycopg.connect(warehouse) as opened:
        yield opened


def week(connection: Connection, user: str, metric: str, first: date, last: date) -> list[float]:
    """The user's values of one metric, days without a value left out."""
    rows = connection.execute(
        f"SELECT {metric} FROM app.daily_health JOIN app.users USING (user_id)"
        f" WHERE external_id = %s AND day BETWEEN %s AND %s AND {metric} IS NOT NULL ORDER BY day",
        (user, first, last),
    )
    return [value for (value,) in rows]


def mean(values: list[float]) -> float:
    return round(sum(values) / len(values), 2)


def test_fitabase_weeks_have_the_known_sums(connection: Connection, real_data: Path) -> None:
    report = importers.load(connection, "fitabase", real_data / "fitbit_fitabase")
    days = (date(2016, 4, 25), date(2016, 5, 1))
    steps = week(connection, "1503960366", "steps", *days)
    sleep = week(connection, "1503960366", "sleep_minutes", *days)
    assert (len(steps), sum(steps), mean(steps)) == (7, 96_854, 13_836.29)
    assert (len(sleep), mean(sleep)) == (6, 333.67)
    # The file's seven rows average 7,345.57 steps; its Sunday is a non-wear day and has no value here.
    worn = week(connection, "4702921684", "steps", *days)
    assert (len(worn), round(sum(worn) / 7, 2)) == (6, 7_345.57)
    sleep = week(connection, "4702921684", "sleep_minutes", *days)
    assert (len(sleep), mean(sleep)) == (6, 429.5)
    assert (report.users, report.rows_rejected) == (22, 0)
    assert report.rows_read == report.rows_loaded == 290 + 576 + 225 + 31 + 66


def test_fitabase_newer_export_wins_on_the_day_that_both_have(
    connection: Connection, real_data: Path
) -> None:
    importers.load(connection, "fitabase", real_data / "fitbit_fitabase")
    assert week(connection, "1503960366", "steps", date(2016, 4, 12), date(2016, 4, 12)) == [13_162]


def test_fitabase_non_wear_and_zero_calories_are_no_data(connection: Connection, real_data: Path) -> None:
    importers.load(connection, "fitabase", real_data / "fitbit_fitabase")
    (zero,) = connection.execute("SELECT count(*) FROM app.daily_health WHERE calories = 0").fetchone()
    (empty,) = connection.execute(
        "SELECT count(*) FROM app.daily_health WHERE num_nonnulls(steps, active_minutes, calories,"
        " sleep_minutes, time_in_bed, weight) = 0"
    ).fetchone()
    assert (zero, empty) == (0, 0)


def test_fitabase_weight_in_kilograms_from_both_date_forms(connection: Connection, real_data: Path) -> None:
    importers.load(connection, "fitabase", real_data / "fitbit_fitabase")
    weights = week(connection, "1503960366", "weight", date(2016, 4, 5), date(2016, 5, 3))
    assert [round(value, 1) for value in weights] == [53.3, 52.6, 52.6]


def test_loading_twice_changes_nothing_but_the_import_record(connection: Connection, real_data: Path) -> None:
    for source, folder in (("fitabase", "fitbit_fitabase"), ("lifesnaps", "lifesnaps"), ("labs", "labs")):
        importers.load(connection, source, real_data / folder)
    tables = (
        ALL_ROWS,
        "SELECT * FROM app.users ORDER BY 1",
        "SELECT * FROM app.lab_results ORDER BY 1, 2, 3",
    )
    before = [connection.execute(query).fetchall() for query in tables]
    for source, folder in (("fitabase", "fitbit_fitabase"), ("lifesnaps", "lifesnaps"), ("labs", "labs")):
        importers.load(connection, source, real_data / folder)
    assert [connection.execute(query).fetchall() for query in tables] == before
    assert connection.execute("SELECT count(*) FROM app.imports").fetchone() == (6,)


def test_lifesnaps_weeks_have_the_known_means(connection: Connection, real_data: Path) -> None:
    report = importers.load(connection, "lifesnaps", real_data / "lifesnaps")
    days = (date(2021, 6, 7), date(2021, 6, 13))
    steps = week(connection, "621e301e67b776a240608a72", "steps", *days)
    sleep = week(connection, "621e301e67b776a240608a72", "sleep_minutes", *days)
    assert (len(steps), mean(steps)) == (6, 9_341.67)
    assert (len(sleep), mean(sleep)) == (2, 374.0)
    assert week(connection, "621e2f9167b776a240011ccb", "steps", *days) == []
    assert (report.users, report.rows_read, report.rows_rejected) == (47, 4_926, 0)
    assert connection.execute("SELECT count(*) FROM app.users").fetchone() == (47,)


def test_lifesnaps_units_and_bins(connection: Connection, real_data: Path) -> None:
    importers.load(connection, "lifesnaps", real_data / "lifesnaps")
    bounds = connection.execute(
        "SELECT min(resting_heart_rate) > 40, min(hrv) > 0, max(time_in_bed) <= 1440, min(spo2) > 80,"
        " min(stress) >= 0, max(stress) < 100, avg(stress) < 50 FROM app.daily_health"
    ).fetchone()
    assert bounds == (True,) * 7
    bins = connection.execute("SELECT DISTINCT age_band FROM app.users WHERE age_band IS NOT NULL ORDER BY 1")
    assert bins.fetchall() == [("<30",), (">=30",)]
    assert {sex for (sex,) in connection.execute("SELECT DISTINCT sex FROM app.users")} >= {"female", "male"}
    moods = {mood for (mood,) in connection.execute("SELECT DISTINCT mood FROM app.daily_health")}
    assert moods == {None, "SAD", "ALERT", "TENSE/ANXIOUS", "HAPPY", "RESTED/RELAXED", "TIRED", "NEUTRAL"}


def test_labs_are_placed_on_the_calendar_with_reference_ranges(
    connection: Connection, real_data: Path
) -> None:
    report = importers.load(connection, "labs", real_data / "labs")
    assert report.users == 227
    first = connection.execute(
        "SELECT test, value, unit, ref_low, ref_high FROM app.lab_results JOIN app.users USING (user_id)"
        " WHERE external_id = 'pbc-2' AND taken_on = '1974-01-01' AND test IN ('bilirubin', 'cholesterol')"
        " ORDER BY test"
    ).fetchall()
    assert first == [("bilirubin", 1.1, "mg/dL", 0.1, 1.2), ("cholesterol", 302.0, "mg/dL", None, 200.0)]
    person = connection.execute("SELECT age_band, sex FROM app.users WHERE external_id = 'pbc-2'").fetchone()
    assert person == ("50-59", "female")


def test_glucose_days_have_the_known_mean(connection: Connection, real_data: Path) -> None:
    report = importers.load(connection, "glucose", real_data / "labs")
    assert (report.users, report.rows_read, report.rows_loaded) == (1, 33_245, 33_245)
    may = week(connection, "cgm-1", "glucose", date(2010, 5, 1), date(2010, 5, 31))
    with gzip.open(real_data / "labs" / "cgm_glucose_1person.csv.gz", "rt") as lines:
        times = [row["datetime"] for row in csv.DictReader(lines) if row["datetime"].startswith("2010-05")]
    readings = [len(set(group)) for _, group in itertools.groupby(times, key=lambda time: time[:10])]
    assert (len(times), sum(readings)) == (8_411, 8_410)  # one time is recorded twice
    total = sum(count * value for count, value in zip(readings, may, strict=True))
    assert round(total / sum(readings), 2) == 130.41


def test_detect_names_the_source(real_data: Path, tmp_path: Path) -> None:
    assert importers.detect(real_data / "fitbit_fitabase") == "fitabase"
    assert importers.detect(real_data / "lifesnaps") == "lifesnaps"
    assert importers.detect(real_data / "labs" / "pbcseq_mayo_liver_labs.csv.gz") == "labs"
    assert importers.detect(real_data / "labs" / "cgm_glucose_1person.csv.gz") == "glucose"
    with pytest.raises(importers.BadImport, match="labs and glucose"):
        importers.detect(real_data / "labs")
    shutil.copy(real_data / "fitbit_fitabase" / "SOURCE.md", tmp_path)
    with pytest.raises(importers.BadImport, match=r"looked for \*dailyActivity\*"):
        importers.detect(tmp_path)
