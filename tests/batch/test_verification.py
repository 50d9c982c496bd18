"""Nothing unverified is visible: the checks of every user and the expectations of the whole."""

import gc
from dataclasses import replace
from typing import Any

import pytest

from include.batch import runs, stages, verification
from include.core.db import connect
from tests.batch.rows import published, query
from tests.batch.walk import JOB, QUICK, finish, open_run, stage

WEEK = "2025-12-22"
BRIEFS = "staging.weekly_health_briefs_20251222_r1"
INSIGHTS = "staging.health_insights_20251222_r1"
SPOILED = {
    "brief_exists": f"DELETE FROM {BRIEFS} WHERE user_id = 9",
    "velocity_sane": f"UPDATE {BRIEFS} SET velocity = 140 WHERE user_id = 9",
    "insights_counted": f"DELETE FROM {INSIGHTS} WHERE user_id = 9 AND rank = 1",
    "patterns_searched": f"UPDATE {BRIEFS} SET patterns_searched = false WHERE user_id = 9",
    "fresh": f"UPDATE {BRIEFS} SET days_since_data = 8 WHERE user_id = 9",
    "components_enough": f"UPDATE {BRIEFS} SET components_ok = 5 WHERE user_id = 9",
}


@pytest.mark.parametrize("check", SPOILED)
def test_a_spoiled_result_is_found_named_and_made_again(people: str, check: str) -> None:
    run = open_run(people, WEEK, job=QUICK)
    stage(people, run, QUICK)
    query(people, SPOILED[check])
    with connect(people) as connection:
        refused = stages.check(connection, QUICK, run)
    assert refused == [[9]]
    assert (check,) in query(people, "SELECT check_name FROM ops.quarantine WHERE user_id = 9")
    summary = finish(people, run, refused, job=QUICK)
    assert summary["successful"] == summary["processed"]
    assert 9 in {row[0] for row in published(people)["briefs"]}


def test_a_user_who_stays_spoiled_is_queued_and_not_shown(people: str) -> None:
    run = open_run(people, WEEK, job=QUICK)
    stage(people, run, QUICK)
    with connect(people) as connection:
        verification.remove_users(connection, QUICK, run, [9])
    summary = finish(people, run, [], job=QUICK)
    assert 9 not in {row[0] for row in published(people)["briefs"]}
    assert summary["outcomes"]["pending"] == 1


def test_expectations_that_do_not_hold_stop_the_run_and_name_no_row(people: str) -> None:
    run = open_run(people, WEEK)
    refused = stage(people, run)
    with connect(people) as connection:
        report = stages.judge(connection, people, JOB, run, runs.request_of(run))
    assert not report.blocked
    query(people, f"UPDATE {BRIEFS} SET headline = 'short' WHERE user_id = 9")
    with pytest.raises(verification.SuiteFailed, match="headline") as failed:
        finish(people, run, refused)
    assert "short" not in str(failed.value)
    assert not published(people)["briefs"]


def test_expectations_that_cannot_be_made_stop_the_run(people: str) -> None:
    """They are made in a thread, without the garbage collector: neither may hide the error."""

    def missing() -> dict[str, list[Any]]:
        assert not gc.isenabled()
        raise ModuleNotFoundError("great_expectations")

    run = open_run(people, WEEK, job=QUICK)
    stage(people, run, QUICK)
    with connect(people) as connection, pytest.raises(ModuleNotFoundError):
        stages.judge(connection, people, replace(QUICK, expectations=missing), run, runs.request_of(run))
    assert gc.isenabled()
