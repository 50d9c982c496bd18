"""Roll-out: a user's bucket is the same in Python and in SQL, today and tomorrow."""

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.batch import flags, runs, shards, staging
from include.batch.flags import Flag, bucket, is_on
from include.batch.job import RunRequest
from include.core.db import connect
from include.intelligence.job import JOB
from tests.batch.walk import NOW

USERS = 3000
WEEK = "2025-12-29"
RECORDED = [94, 91, 12, 88, 47]
NAMES = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1)
IDS = st.integers(1, 2**63 - 1)


@pytest.fixture
def crowd(warehouse: str) -> str:
    """Users with one day of data each; their ids are spread, as the ids of a grown app are."""
    with psycopg.connect(warehouse) as connection:
        connection.execute(
            "INSERT INTO app.users (user_id, external_id) "
            "SELECT n * 7919, 'u' || n FROM generate_series(1, %s) n",
            (USERS,),
        )
        connection.execute(
            "INSERT INTO app.daily_health (user_id, day, steps, import_id) "
            "SELECT user_id, '2025-12-24', 100, 1 FROM app.users"
        )
    return warehouse


def members(url: str, state: str, percent: int = 0, users: list[str] | None = None) -> set[int]:
    """Who becomes a member under that flag."""
    with connect(url) as connection:
        flags.set_flag(connection, JOB.name, state, percent, users or [])
        run = runs.open_run(connection, JOB.name, WEEK, "test", RunRequest(), NOW)
        staging.create(connection, JOB, run)
        shards.select_members(connection, JOB, run, RunRequest())
        return set(shards.all_members(connection, run))


def test_python_and_sql_choose_the_same_users(crowd: str) -> None:
    everybody = members(crowd, "all")
    assert len(everybody) == USERS
    for percent in (1, 30, 60, 99):
        flag = Flag("percent", percent, [])
        assert members(crowd, "percent", percent) == {u for u in everybody if is_on(JOB.name, flag, u)}
    assert members(crowd, "percent", 0) == set()
    assert members(crowd, "percent", 100) == everybody


def test_thirty_percent_are_about_thirty_and_stay_when_it_grows(crowd: str) -> None:
    thirty, sixty = members(crowd, "percent", 30), members(crowd, "percent", 60)
    assert thirty < sixty
    # Four standard errors of a share of 3,000 independent users are 3.3 and 3.6 points.
    assert len(thirty) / USERS == pytest.approx(0.30, abs=0.034)
    assert len(sixty) / USERS == pytest.approx(0.60, abs=0.036)


def test_listed_and_off(crowd: str) -> None:
    assert members(crowd, "listed", users=["u5", "u7", "nobody"]) == {5 * 7919, 7 * 7919}
    assert members(crowd, "listed") == set()
    assert members(crowd, "off", 100, ["u5"]) == set()


def test_a_job_without_a_flag_is_on_for_all(warehouse: str) -> None:
    with connect(warehouse) as connection:
        assert is_on("new_job", flags.flag_of(connection, "new_job"), 1)


def test_a_state_that_does_not_exist_is_refused(warehouse: str) -> None:
    with connect(warehouse) as connection, pytest.raises(ValueError, match="off, listed, percent, all"):
        flags.set_flag(connection, JOB.name, "half", 50, [])


def test_buckets_of_known_users_never_change() -> None:
    """Recorded once: another value would move users in and out of a running roll-out."""
    assert [bucket("weekly_intelligence", user) for user in (1, 2, 3, 1000, 2**40)] == RECORDED


def test_another_job_draws_other_users() -> None:
    both = sum(bucket("a", user) < 50 and bucket("b", user) < 50 for user in range(1, 4001))
    assert both / 4000 == pytest.approx(0.25, abs=0.03)


@given(NAMES, IDS, st.integers(0, 100), st.integers(0, 100))
def test_more_percent_never_takes_a_user_away(name: str, user: int, one: int, other: int) -> None:
    small, large = sorted((one, other))
    assert 0 <= bucket(name, user) < 100
    assert is_on(name, Flag("percent", small, []), user) <= is_on(name, Flag("percent", large, []), user)
    assert is_on(name, Flag("percent", 100, []), user) and not is_on(name, Flag("percent", 0, []), user)
