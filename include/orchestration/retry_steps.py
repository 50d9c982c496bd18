"""What the tasks of retry_failed_users do."""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from include.batch import retries, runs, stages
from include.batch.job import RunRequest
from include.jobs import load_job
from include.orchestration.resources import redis, warehouse


def list_due(context: Context) -> list[dict[str, Any]]:
    """Periods with users whose next attempt is due."""
    with warehouse(context) as connection:
        return [due._asdict() for due in retries.due(connection, datetime.now(UTC))]


def retry_period(due: dict[str, Any], context: Context) -> dict[str, int]:
    """Another attempt for the due users of one period; skipped while another run holds its lease."""
    job, now = load_job(due["job_name"]), datetime.now(UTC)
    job_id = f"retry:{context['run_id']}:{due['job_name']}:{due['period']}"
    try:
        with warehouse(context) as connection:
            run = runs.open_run(connection, job.name, due["period"], job_id, RunRequest(scope="retry"), now)
    except runs.LeaseHeld as held:
        raise AirflowSkipException(str(held)) from None
    with warehouse(context) as connection:
        counts = stages.retry(connection, job, run, now)
    if job.warm:
        with warehouse(context) as connection, redis() as cache:
            job.warm(connection, cache, run)
    with warehouse(context) as connection:
        stages.close(connection, job, run, datetime.now(UTC))
    return counts


def report_dead_letters(context: Context) -> None:
    """Fails, and so tells the administrator, where users gave up since the run before this one."""
    since = context["dag_run"].start_date - timedelta(minutes=1)
    with warehouse(context) as connection:
        dead = retries.dead_since(connection, since)
    if dead:
        raise AirflowFailException(
            f"{dead} users gave up after their last attempt; see `almanac dead-letters`, mend the cause, "
            "then `almanac dead-letters --replay`."
        )
