"""The task that makes a week's table anew: all of it and the run's end at once, or nothing."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from include.batch import runs
from include.batch.job import Run, RunRequest
from include.batch.shards import NothingToDo
from include.core.db import Connection, connect
from include.orchestration import refresh_steps

WEEK = "2025-03-03"
GAP = "INSERT INTO warehouse.content_gaps VALUES ('2025-03-03', 'anova', 'ANOVA', 2, 2, %s)"


@pytest.fixture
def context(warehouse: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AIRFLOW_CONN_ALMANAC_WAREHOUSE", warehouse.replace("postgresql", "postgres", 1))
    dag_run = SimpleNamespace(dag_id="content_gaps", run_id="manual", partition_key=WEEK, logical_date=None)
    task = SimpleNamespace(task_id="find_gaps", execution_timeout=None)
    return {"params": {}, "dag_run": dag_run, "task": task}


def does(monkeypatch: pytest.MonkeyPatch, work: Any) -> None:
    monkeypatch.setattr(refresh_steps, "load_refresh", lambda _: work)


def read(warehouse: str) -> tuple[Any, ...]:
    """The run's status, message and metadata, rows made, and leases held."""
    with psycopg.connect(warehouse) as connection:
        row = connection.execute(
            "SELECT status, error_message, metadata, (SELECT count(*) FROM warehouse.content_gaps),"
            " (SELECT count(*) FROM ops.job_leases) FROM ops.job_execution_log WHERE job_name = 'content_gaps'"
        ).fetchone()
    assert row is not None
    return row


def test_rows_counts_and_end_come_together(
    warehouse: str, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(connection: Connection, run: Run) -> dict[str, Any]:
        assert (run.job_name, run.period) == ("content_gaps", WEEK)
        connection.execute(GAP, [run.run_id])
        return {"gaps": 1}

    does(monkeypatch, work)
    assert refresh_steps.refresh("content_gaps", context) == {"gaps": 1}
    status, message, metadata, rows, leases = read(warehouse)
    assert (status, message, rows, leases) == ("completed", None, 1, 0)
    assert metadata["gaps"] == 1


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NothingToDo("Nobody met a question."), "Nobody met a question."),
        (psycopg.errors.DataError("secret value"), "DataError; the task's log has the rest."),
    ],
)
def test_a_failure_is_logged_without_values_and_shows_nothing(
    warehouse: str, context: Any, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    def work(connection: Connection, run: Run) -> dict[str, Any]:
        connection.execute(GAP, [run.run_id])
        raise error

    does(monkeypatch, work)
    with pytest.raises(type(error)):
        refresh_steps.refresh("content_gaps", context)
    status, message, _, rows, leases = read(warehouse)
    assert (status, message, rows, leases) == ("failed", told, 0, 0)
    does(monkeypatch, lambda _connection, _run: {"gaps": 0})
    refresh_steps.refresh("content_gaps", context)  # the next try of the same run
    assert read(warehouse)[:2] == ("completed", None)


def test_two_runs_of_a_week_do_not_overlap(
    warehouse: str, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    does(monkeypatch, lambda _connection, _run: {})
    with connect(warehouse) as connection:
        runs.open_run(connection, "content_gaps", WEEK, "another", RunRequest(), datetime.now(UTC))
    with pytest.raises(runs.LeaseHeld):
        refresh_steps.refresh("content_gaps", context)


def test_a_run_that_lost_its_lease_shows_nothing(
    warehouse: str, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(connection: Connection, run: Run) -> dict[str, Any]:
        connection.execute(GAP, [run.run_id])
        with connect(warehouse) as other:
            other.execute("UPDATE ops.job_leases SET run_id = 0")
        return {"gaps": 1}

    does(monkeypatch, work)
    with pytest.raises(runs.LeaseHeld):
        refresh_steps.refresh("content_gaps", context)
    assert read(warehouse)[3:] == (0, 1)
