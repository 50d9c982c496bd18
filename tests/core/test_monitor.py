"""The monitor: bounds, which readings exist, which runs count."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from include.core import monitor
from include.core.db import connect
from include.core.monitor import BOUNDS, CacheReads, RecentRuns, is_healthy, readings

NOW = datetime(2026, 1, 5, 14, tzinfo=UTC)
WELL = RecentRuns(hours_since_completed=2.0, processed=1000, failed=0, seconds_per_user=0.1)
WARM = CacheReads(hits=900, misses=100)


def met(runs: RecentRuns = WELL, cache: CacheReads | None = WARM) -> dict[str, bool]:
    return {reading.name: reading.met for reading in readings(runs, cache)}


def test_a_batch_that_does_well_is_healthy() -> None:
    found = readings(WELL, WARM)
    assert [reading.name for reading in found] == list(BOUNDS)
    assert all(reading.met for reading in found) and is_healthy(found)


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("last_run", WELL._replace(hours_since_completed=167.99), WELL._replace(hours_since_completed=168.0)),
        ("success_rate", WELL._replace(failed=200), WELL._replace(failed=201)),
        ("error_rate", WELL._replace(failed=49), WELL._replace(failed=50)),
        ("generation_time", WELL._replace(seconds_per_user=4.99), WELL._replace(seconds_per_user=5.0)),
    ],
)
def test_bounds_are_where_the_table_says(name: str, inside: RecentRuns, outside: RecentRuns) -> None:
    assert met(inside)[name] and not met(outside)[name]


@pytest.mark.parametrize(("hits", "holds"), [(801, True), (800, False)])
def test_the_hit_rate_must_exceed_80_percent(hits: int, holds: bool) -> None:
    assert met(cache=CacheReads(hits, 1000 - hits))["cache_hit_rate"] is holds


def test_no_reads_yet_is_no_reading_and_no_failure() -> None:
    found = readings(WELL, CacheReads(0, 0))
    assert "cache_hit_rate" not in {reading.name for reading in found} and is_healthy(found)
    assert "cache_hit_rate" not in met(cache=CacheReads(0, monitor.MINIMUM_READS - 1))


def test_a_redis_that_does_not_answer_is_a_failure() -> None:
    assert met(cache=None)["cache_hit_rate"] is False and not is_healthy(readings(WELL, None))


def test_runs_too_small_to_time_leave_the_others_to_judge() -> None:
    found = readings(WELL._replace(seconds_per_user=None), WARM)
    assert len(found) == 4 and is_healthy(found)


def test_a_job_that_never_completed_is_unhealthy() -> None:
    found = readings(RecentRuns(None, 0, 0, None), CacheReads(0, 0))
    assert [(reading.name, reading.met) for reading in found] == [("last_run", False)]
    assert not is_healthy(found)


def test_more_than_four_fifths_must_hold() -> None:
    good = readings(WELL, WARM)
    bad = good[0]._replace(met=False)
    assert not is_healthy([*good[1:], bad])  # four of five are 0.8, not more
    assert is_healthy([*good, *good[1:], bad])  # nine of ten
    assert not is_healthy([])


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_success_and_error_rates_add_up(processed: int, failed: int) -> None:
    runs = WELL._replace(processed=processed, failed=min(failed, processed))
    values = {reading.name: reading.value for reading in readings(runs, WARM)}
    if processed:
        assert values["success_rate"] + values["error_rate"] == pytest.approx(100)
    else:
        assert not {"success_rate", "error_rate"} & set(values)


def test_every_reading_has_advice() -> None:
    assert set(monitor.ADVICE) == set(BOUNDS)


def log(
    url: str, period: str, *, hours_ago: float, scope: str = "all", users: int = 1000, failed: int = 0,
    seconds: float = 100.0, status: str = "completed", job: str = "weekly_intelligence",
) -> None:  # fmt: skip
    """One ended run (or, with status running, one that has not ended)."""
    ended = None if status == "running" else NOW - timedelta(hours=hours_ago)
    with connect(url) as connection:
        connection.execute(
            "INSERT INTO ops.job_execution_log (job_name, job_id, period, status, started_at, completed_at, "
            "duration_seconds, users_processed, users_successful, users_failed, metadata) "
            "VALUES (%s, gen_random_uuid(), %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (job, period, status, NOW - timedelta(hours=hours_ago, seconds=seconds), ended, seconds,
             users, users - failed, failed, Jsonb({"request": {"scope": scope}})),
        )  # fmt: skip


def recent(url: str) -> RecentRuns:
    with connect(url) as connection:
        return monitor.recent_runs(connection, "weekly_intelligence", NOW)


def test_an_empty_log_has_no_numbers(warehouse: str) -> None:
    assert recent(warehouse) == RecentRuns(None, 0, 0, None)


def test_a_week_run_again_is_judged_by_its_newest_run_and_the_waves_after_it(warehouse: str) -> None:
    log(warehouse, "2025-12-29", hours_ago=50, users=1000, failed=1000, status="failed")
    log(warehouse, "2025-12-29", hours_ago=49, users=200, scope="missing", failed=200)
    log(warehouse, "2025-12-29", hours_ago=40, users=1000, failed=10)
    log(warehouse, "2025-12-29", hours_ago=30, users=100, failed=5, scope="missing")
    found = recent(warehouse)
    assert (found.processed, found.failed) == (1100, 15)
    assert found.hours_since_completed == pytest.approx(30)


def test_retries_named_users_other_jobs_and_runs_at_work_do_not_count(warehouse: str) -> None:
    log(warehouse, "2025-12-29", hours_ago=200)
    log(warehouse, "2025-12-29", hours_ago=3, users=7, failed=7, scope="retry")
    log(warehouse, "2025-12-29", hours_ago=2, users=1, failed=1, scope="users")
    log(warehouse, "2026-01-05", hours_ago=1, users=0, status="running")
    log(warehouse, "2026-01-05", hours_ago=1, failed=1000, job="weekly_leaderboard")
    log(warehouse, "2026-01-05", hours_ago=1, users=0, scope="missing")  # a wave with nobody in it
    found = recent(warehouse)
    assert (found.processed, found.failed) == (1000, 0)
    assert found.hours_since_completed == pytest.approx(200)


def test_only_the_last_four_periods_count_and_small_runs_are_not_timed(warehouse: str) -> None:
    for week in range(6):
        log(
            warehouse,
            f"2025-11-0{week + 1}",
            hours_ago=168 * (7 - week),
            users=1000,
            failed=100 if week < 2 else 0,
        )
    assert recent(warehouse)[1:] == (4000, 0, pytest.approx(0.1))
    log(warehouse, "2025-12-01", hours_ago=1, users=monitor.MINIMUM_USERS - 1, seconds=10_000)
    assert recent(warehouse).seconds_per_user == pytest.approx(0.1)
