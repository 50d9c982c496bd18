"""What a task does that makes a small table of a week anew: no users, so no shards; one transaction."""

from datetime import UTC, datetime
from typing import Any

from airflow.sdk import Context

from include.batch import runs
from include.batch.job import Run, RunRequest
from include.core.db import Connection
from include.core.periods import Week
from include.jobs import load_refresh
from include.orchestration.notifications import reason
from include.orchestration.periods import period_of
from include.orchestration.resources import warehouse


def refresh(job_name: str, context: Context) -> dict[str, Any]:
    """What was counted; the rows and the end of the run become visible together.

    LeaseHeld while another run makes the week. A failure is logged with the run, and the rows stay as
    they were.
    """
    run = _open(job_name, context)
    try:
        with warehouse(context) as connection:
            counted = load_refresh(job_name)(connection, run)
            runs.hold_lease(connection, run)  # a run that lost it meanwhile shows nothing
            runs.note(connection, run, **counted)
            _close(connection, run, None)
    except Exception as error:
        with warehouse(context) as connection:
            _close(connection, run, reason(error))
        raise
    return counted


def _open(job_name: str, context: Context) -> Run:
    key, dag_run = period_of(Week, context).key, context["dag_run"]
    job_id = f"{dag_run.dag_id}:{dag_run.run_id}"
    with warehouse(context) as connection:
        return runs.open_run(connection, job_name, key, job_id, RunRequest(), datetime.now(UTC))


def _close(connection: Connection, run: Run, error: str | None) -> None:
    now = datetime.now(UTC)
    runs.close_run(connection, run, now=now, processed=0, successful=0, error=error, outcomes={})
    runs.release_lease(connection, run)
