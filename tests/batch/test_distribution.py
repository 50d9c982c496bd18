"""The distribution gate: a source that changed its mind stops at the door, chance does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.batch import runs
from include.batch.distribution import Profile, compare, compare_coverage, compare_volume
from tests.batch.rows import published, query
from tests.batch.walk import QUICK, finish, judged, open_run, run_week, stage

BEFORE, WEEK = "2025-12-15", "2025-12-22"


def profile(
    users: int = 1000, with_value: int = 900, mean: float = 8000.0, spread: float = 3000.0
) -> Profile:
    return Profile(users, with_value, with_value * mean, with_value * (mean**2 + spread**2))


def blocks(now: Profile, before: Profile) -> list[str]:
    return [m.reading for m in compare({"steps": now}, [{"steps": before}]) if m.blocks]


def test_steps_in_thousands_stop_the_batch() -> None:
    assert blocks(profile(mean=8.0, spread=3.0), profile()) == ["mean"]


def test_minutes_turned_seconds_stop_the_batch() -> None:
    assert blocks(profile(mean=25000.0, spread=4000.0), profile(mean=420.0, spread=70.0)) == ["mean"]


def test_a_metric_gone_for_everybody_stops_the_batch() -> None:
    assert blocks(profile(with_value=0, mean=0, spread=0), profile()) == ["share of users with a value"]


@pytest.mark.parametrize(("now", "stops"), [(690, True), (710, False), (1500, False)])
def test_missing_users_stop_the_batch_from_30_percent(now: int, stops: bool) -> None:
    assert [m.blocks for m in compare_volume(now, [1000])] == ([True] if stops else [])


def test_an_ordinary_week_passes() -> None:
    assert blocks(profile(mean=8600.0, with_value=850), profile()) == []


def test_few_users_are_noted_and_not_stopped() -> None:
    moved = compare({"steps": profile(10, 9, 8.0, 3.0)}, [{"steps": profile(10, 9)}])
    assert [(m.reading, m.blocks) for m in moved] == [("mean", False)]


def test_the_first_week_has_nothing_to_be_compared_with() -> None:
    assert compare({"steps": profile()}, []) == []
    assert compare_volume(5, []) == []


@given(st.integers(20, 10**6), st.floats(0.01, 1), st.floats(1, 1e5), st.floats(0.01, 2))
def test_an_unchanged_week_never_stops(users: int, share: float, mean: float, spread: float) -> None:
    same = profile(users, max(1, int(users * share)), mean, mean * spread)
    assert compare({"steps": same}, [{"steps": same}] * 4) == []


def test_a_change_of_unit_at_the_source_stops_publication_until_approved(people: str) -> None:
    run_week(people, BEFORE, job=QUICK)
    query(people, "UPDATE app.daily_health SET steps = steps / 1000 WHERE day >= '2025-12-15'")
    stopped = run_week(people, WEEK, job=QUICK, approve=False)
    assert "steps: mean was" in stopped["problem"]
    assert {row[1].isoformat() for row in published(people)["briefs"]} == {BEFORE}
    assert run_week(people, WEEK, job=QUICK, approve=True)["problem"] is None
    assert {row[1].isoformat() for row in published(people)["briefs"]} == {BEFORE, WEEK}


def test_a_mended_source_goes_on_by_a_rerun(people: str) -> None:
    run_week(people, BEFORE, job=QUICK)
    query(people, "UPDATE app.daily_health SET resting_heart_rate = NULL WHERE day >= '2025-12-15'")
    stopped = run_week(people, WEEK, job=QUICK, approve=False)
    assert "resting_heart_rate: share of users" in stopped["problem"]
    query(
        people,
        "UPDATE app.daily_health SET resting_heart_rate = 60 WHERE day >= '2025-12-15' AND user_id %% 3 > 0",
    )
    summary = run_week(people, WEEK, job=QUICK, approve=False)
    assert [str(m) for m in summary["verdict"].moved if "resting" in m] == []


def test_half_the_users_missing_stops_publication(people: str) -> None:
    run_week(people, BEFORE, job=QUICK)
    query(people, "DELETE FROM app.daily_health WHERE user_id %% 2 = 0")
    stopped = run_week(people, WEEK, job=QUICK, approve=False)
    assert "eligible users was" in stopped["problem"]
    assert {row[1].isoformat() for row in published(people)["briefs"]} == {BEFORE}


@pytest.mark.parametrize(("compared", "stops"), [(690, True), (710, False)])
def test_users_whom_no_profile_knows_stop_the_batch_from_30_percent(compared: int, stops: bool) -> None:
    before, now = {"steps": profile()}, {"steps": profile(users=compared, with_value=compared)}
    assert [m.blocks for m in compare_coverage(1000, now, [before])] == ([True] if stops else [])
    assert compare_coverage(1000, now, []) == [], "the first week has nothing to be compared with"


def test_a_wave_that_comes_after_a_stopped_run_is_stopped_as_well(people: str) -> None:
    run_week(people, BEFORE, job=QUICK)
    query(people, "DELETE FROM app.daily_health WHERE user_id %% 2 = 0")
    for scope in ("all", "missing"):
        stopped = run_week(people, WEEK, job=QUICK, approve=False, scope=scope)
        assert "eligible users was" in stopped["problem"]
    assert {row[1].isoformat() for row in published(people)["briefs"]} == {BEFORE}


def test_nobody_takes_the_week_from_a_run_that_waits_for_an_answer(people: str) -> None:
    run_week(people, BEFORE, job=QUICK)
    query(people, "UPDATE app.daily_health SET steps = steps / 1000 WHERE day >= '2025-12-15'")
    run = open_run(people, WEEK, job=QUICK)
    refused = stage(people, run, QUICK)
    assert judged(people, run, QUICK).blocked
    [[days]] = query(people, "SELECT extract(epoch FROM expires_at - now()) / 86400 FROM ops.job_leases")
    assert 2.9 < days <= 3
    with pytest.raises(runs.LeaseHeld):
        open_run(people, WEEK, job=QUICK, request=runs.RunRequest(scope="missing"))
    assert finish(people, run, refused, job=QUICK, approve=True)["problem"] is None
    assert run_week(people, WEEK, job=QUICK, scope="missing")["problem"] is None


def test_a_run_that_was_stopped_leaves_the_cohorts_of_the_published(people: str) -> None:
    for week in (BEFORE, WEEK):
        run_week(people, week, job=QUICK)
    before = published(people)
    query(people, "UPDATE app.daily_health SET steps = steps * 2 WHERE day >= '2025-12-15'")
    assert "steps: mean was" in run_week(people, WEEK, job=QUICK, approve=False)["problem"]
    query(people, "UPDATE app.daily_health SET steps = steps / 2 WHERE day >= '2025-12-15'")
    run_week(people, WEEK, job=QUICK, scope="users", users=("gen-000001", "gen-000002", "gen-000003"))
    assert published(people) == before
    run_week(people, WEEK, job=QUICK)
    assert query(
        people, "SELECT count(DISTINCT run_id) FROM ops.cohort_summaries WHERE week_of = %s", WEEK
    ) == [(1,)]
