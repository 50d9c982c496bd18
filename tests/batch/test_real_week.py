"""Real people's exports through the whole walk, held to facts computed straight from the files."""

from pathlib import Path

import psycopg
import pytest

from include.core.db import connect
from include.local.importers import load
from tests.batch.walk import run_week


@pytest.fixture
def fitabase(warehouse: str, real_data: Path) -> str:
    with connect(warehouse) as connection:
        load(connection, "fitabase", real_data / "fitbit_fitabase")
    return warehouse


def brief(url: str, user: str, week: str) -> dict:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT brief FROM warehouse.weekly_health_briefs JOIN app.users USING (user_id) "
            "WHERE external_id = %s AND week_of = %s",
            (user, week),
        ).fetchone()
    assert row is not None
    return row[0]


def test_the_week_of_two_known_people(fitabase: str) -> None:
    summary = run_week(fitabase, "2016-05-02")
    print(summary)
    one = brief(fitabase, "1503960366", "2016-05-02")
    assert one["week_stats"]["steps"]["days"] == 7
    assert one["week_stats"]["steps"]["this_week"] == 13836.29
    assert one["week_stats"]["sleep_minutes"]["days"] == 6
    assert one["week_stats"]["sleep_minutes"]["this_week"] == 333.67
    two = brief(fitabase, "4702921684", "2016-05-02")
    # 51,419 steps: 7,345.57 a day over seven days, but on the Sunday the tracker lay idle (no step in 1,440
    # sedentary minutes), and a non-wear day is no data: six days remain.
    assert two["week_stats"]["steps"]["days"] == 6
    assert two["week_stats"]["steps"]["this_week"] == 8569.83 == round(7 * 7345.57 / 6, 2)
    assert two["week_stats"]["sleep_minutes"]["this_week"] == 429.5
    assert sum(summary["outcomes"].values()) == summary["processed"]
    import json

    print(json.dumps(one, indent=1))
    print(len(json.dumps(one, separators=(",", ":"))))
