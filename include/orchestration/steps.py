"""What each task does: load the run, open a transaction, call the stage. Bodies only; no wiring."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from include.batch import runs, stages
from include.batch.job import BatchJob, Run, RunRequest, Shard
from include.batch.shards import NothingToDo, UnknownUsers
from include.batch.verification import SuiteFailed
from include.core.db import Connection
from include.jobs import load_job
from include.llm import accounts, ledger
from include.orchestration.periods import period_of
from include.orchestration.resources import provider_name, redis, warehouse, warehouse_url

STOPS = (NothingToDo, UnknownUsers, SuiteFailed)  # their messages name no person

UNCHECKED = "the users were not checked: nothing may be published"

# Within one attempt: three more tries for what passes by itself, 2 s × 2^attempt with jitter.
transient = retry(
    retry=retry_if_exception_type((psycopg.OperationalError, psycopg.InterfaceError)),
    wait=wait_exponential_jitter(initial=2, jitter=1),
    stop=stop_after_attempt(4),
    reraise=True,
)


def request_from(context: Context) -> RunRequest:
    """What the run's parameters ask for."""
    params = context["params"]
    if "scope" not in params:
        return RunRequest()
    return RunRequest(
        scope=params["scope"],
        users=tuple(params["users"]),
        shards=tuple(params["shards"]),
        shard_size=params["shard_size"],
    )


def open_run(job_name: str, context: Context) -> int:
    """The run's id; LeaseHeld while another run writes the period."""
    period = period_of(load_job(job_name).period, context)
    dag_run = context["dag_run"]
    with warehouse(context) as connection:
        run = runs.open_run(
            connection,
            job_name,
            period.key,
            f"{dag_run.dag_id}:{dag_run.run_id}",
            request_from(context),
            datetime.now(UTC),
        )
    return run.run_id


def _run(connection: Connection, context: Context) -> Run:
    """The run that open_run opened; pulled here, so that open_run is nobody's upstream but the next task's."""
    run_id = context["ti"].xcom_pull(task_ids="open_run")
    if run_id is None:
        raise AirflowFailException("the run was never opened; see the log of open_run")
    return runs.load_run(connection, run_id)


@contextmanager
def _told_at_close(context: Context) -> Iterator[None]:
    """Keep why a run stopped with the run, so that its end, the mail and the command line can say it."""
    try:
        yield
    except STOPS as error:
        with warehouse(context) as connection:
            runs.note(connection, _run(connection, context), stopped=str(error))
        raise


def plan(job_name: str, context: Context) -> list[list[int]]:
    with _told_at_close(context), warehouse(context) as connection:
        run = _run(connection, context)
        shards = stages.plan(connection, load_job(job_name), run, runs.request_of(run))
    return [list(shard) for shard in shards]


@transient
def request_texts(job_name: str, shard: Sequence[int], context: Context) -> int:
    """Texts that a model shall write for a shard; none of them is new to the ledger where nothing changed."""
    with warehouse(context) as connection:
        run = _run(connection, context)
        runs.hold_lease(connection, run)
    with warehouse(context) as connection:
        return stages.request_texts(connection, load_job(job_name), run, Shard(*shard))


def prepare(job_name: str, context: Context) -> bool:
    """Whether a model writes."""
    with warehouse(context) as connection:
        run = _run(connection, context)
        load_job(job_name).prepare(connection, run)
        writer = ledger.settings_of(connection, job_name)
        if writer.writer != "template":
            writer = writer._replace(provider=provider_name())
        runs.note(connection, run, writer=writer._asdict(), provider=writer.provider)
    return writer.writer != "template"


@transient
def process(job_name: str, shard: Sequence[int], context: Context) -> int:
    with warehouse(context) as connection:
        run = _run(connection, context)
        runs.hold_lease(connection, run)
    with warehouse(context) as connection:
        return stages.process(connection, load_job(job_name), run, Shard(*shard))


def check(job_name: str, context: Context) -> list[list[int]]:
    """Runs whatever became of the shards; skipped where the plan failed and there is nothing to check."""
    with _told_at_close(context), warehouse(context) as connection:
        run = _run(connection, context)
        _skip_unless(stages.is_planned(connection, run), "nothing was planned")
        return stages.check(connection, load_job(job_name), run)


def _skip_unless(ready: bool, reason: str) -> None:
    if not ready:
        raise AirflowSkipException(reason)


@transient
def repair(job_name: str, users: Sequence[int], context: Context) -> int:
    with warehouse(context) as connection:
        return stages.repair(connection, load_job(job_name), _run(connection, context), users)


def judge(job_name: str, context: Context) -> str:
    """The task to go on with: 'publish', or 'approve_publication' where the gate is shut."""
    with _told_at_close(context), warehouse(context) as connection:
        run = _run(connection, context)
        _skip_unless(stages.is_checked(connection, run), UNCHECKED)
        verdict = stages.judge(connection, warehouse_url(), load_job(job_name), run, runs.request_of(run))
    context["ti"].xcom_push(key="moved", value="\n".join(f"- {line}" for line in verdict.moved))
    return "approve_publication" if verdict.blocked else "publish"


def index(job_name: str, context: Context) -> None:
    with warehouse(context) as connection:
        run = _run(connection, context)
        _skip_unless(stages.is_checked(connection, run), UNCHECKED)
        stages.build_indexes(connection, load_job(job_name), run, runs.request_of(run))


def publish(job_name: str, context: Context) -> int:
    with warehouse(context) as connection:
        run = _run(connection, context)
        return stages.publish(connection, load_job(job_name), run, runs.request_of(run), datetime.now(UTC))


def warm(job_name: str, context: Context) -> int:
    """Entries written. Without Redis the readers fall back to PostgreSQL, so the run goes on."""
    job = load_job(job_name)
    if job.warm is None:
        raise AirflowSkipException("nobody reads this from Redis")
    with warehouse(context) as connection, redis() as cache:
        return job.warm(connection, cache, _run(connection, context))


def _note_texts(connection: Connection, job: BatchJob, run: Run) -> None:
    """Where a model could write: what it cost, who wrote for how many, and why."""
    if runs.metadata(connection, run).get("writer", {}).get("writer", "template") != "template":
        table, first = job.texts or job.tables[0], job.period_of(run).first
        noted = accounts.of_run(connection, run.run_id, table, job.partition_column, first)
        runs.note(connection, run, **noted)


def close(job_name: str, context: Context) -> dict[str, Any]:
    with warehouse(context) as connection:
        run = _run(connection, context)
        summary = stages.close(connection, load_job(job_name), run, datetime.now(UTC))
        _note_texts(connection, load_job(job_name), run)
    if summary["problem"]:
        raise AirflowFailException(f"{job_name} {run.period}: {summary['problem']}")
    return summary
