"""What the tasks of retry_failed_users do."""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Context, TaskInstanceState
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from include.batch import retries, runs, stages
from include.batch.job import RunRequest
from include.jobs import load_job
from include.orchestration.resources import redis, warehouse

MAY_FAIL = "retry_period.warm_cache"  # without Redis the readers fall back to PostgreSQL


def list_due(context: Context) -> list[dict[str, Any]]:
    """Periods with users whose next attempt is due."""
    with warehouse(context) as connection:
        return [due._asdict() for due in retries.due(connection, datetime.now(UTC))]


def open_run(due: dict[str, Any], context: Context) -> int:
    """The run's id; skipped while another run holds the period's lease."""
    job_name, period = due["job_name"], due["period"]
    job_id = f"retry:{context['run_id']}:{job_name}:{period}"
    try:
        with warehouse(context) as connection:
            run = runs.open_run(
                connection, job_name, period, job_id, RunRequest(scope="retry"), datetime.now(UTC)
            )
    except runs.LeaseHeld as held:
        raise AirflowSkipException(str(held)) from None
    return run.run_id


def retry_users(run_id: int, context: Context) -> dict[str, int]:
    """Another attempt for the due users of the run's period, who succeeded being published with it.

    After a crash between the commit and the task's hearing of it nobody is due any more: a second call
    finds the attempt made and changes nothing.
    """
    with warehouse(context) as connection:
        run = runs.load_run(connection, run_id)
        runs.hold_lease(connection, run)  # staging anew drops what a run that took the period has staged
    with warehouse(context) as connection:
        noted = runs.metadata(connection, run)
        if "published" in noted:
            return {"due": noted["members"], "recovered": noted["published"], "dead": noted["dead"]}
        counts = {"dead": 0, **stages.retry(connection, load_job(run.job_name), run, datetime.now(UTC))}
        # Said here for when nobody was due any more: a run of the period came first, and that is no failure.
        runs.note(connection, run, members=counts["due"], published=counts["recovered"], dead=counts["dead"])
    return counts


def warm(run_id: int, context: Context) -> int:
    """Entries written. Before the run is closed, since its staging says whose old entries go."""
    with warehouse(context) as connection, redis() as cache:
        run = runs.load_run(connection, run_id)
        job = load_job(run.job_name)
        if job.warm is None:
            raise AirflowSkipException("nobody reads this from Redis")
        return job.warm(connection, cache, run)


def close(run_id: int | None, context: Context) -> dict[str, Any]:
    """Log how the run went. Its problem fails no task: who failed again is queued, and the rest is told at the end."""
    if run_id is None:
        raise AirflowSkipException("the run was never opened")
    with warehouse(context) as connection:
        run = runs.load_run(connection, run_id)
        return stages.close(connection, load_job(run.job_name), run, datetime.now(UTC))


def report_failures(context: Context) -> None:
    """Fails, and so tells the administrator, where a task failed or where users gave up since the run began."""
    told = [failed_tasks(context), dead_letters(context)]
    if any(told):
        raise AirflowFailException(" ".join(filter(None, told)))


def failed_tasks(context: Context) -> str:
    """Which tasks failed; '' where none did."""
    dag_run = context["dag_run"]
    states = context["ti"].get_task_states(dag_id=dag_run.dag_id, run_ids=[dag_run.run_id])[dag_run.run_id]
    failed = sorted(
        name
        for name, state in states.items()
        if state == TaskInstanceState.FAILED and not name.startswith(MAY_FAIL)
    )
    if not failed:
        return ""
    return (
        f"Failed: {', '.join(failed)}. The tasks' logs say why; who was not published is due again next time."
    )


def dead_letters(context: Context) -> str:
    """How many users gave up since the run began; '' where none did."""
    since = context["dag_run"].start_date - timedelta(minutes=1)
    with warehouse(context) as connection:
        dead = retries.dead_since(connection, since)
    if not dead:
        return ""
    return (
        f"{dead} users gave up after their last attempt; see `almanac dead-letters`, mend the cause, "
        "then `almanac dead-letters --replay`."
    )
