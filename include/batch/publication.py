"""Making verified results visible, in one transaction.

A whole period is swapped: its partition is detached and the staging table attached, in milliseconds
and under a lock time-out, so that readers never wait. A part of a period (a wave, named users, the
retry queue) is merged into the live partition, and a state into its table; readers see the old rows
until the commit.
"""

from collections.abc import Callable
from datetime import datetime

import psycopg
from psycopg import sql
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from include.batch import retries, runs, staging
from include.batch.job import BatchJob, Run
from include.core.db import Connection
from include.core.statements import statement

LOCK_TIMEOUT_MS = 30
GIVE_UP_AFTER_S = 120

# What becomes of the retry queue; told at last how many members have no result.
SettleQueue = Callable[[Connection, BatchJob, Run, datetime, int], None]


def add_indexes(connection: Connection, job: BatchJob, run: Run) -> None:
    """The parents' indexes on the staging tables, built before anybody waits for them."""
    for table in job.tables:
        staged = staging.staged(table, run)
        done = connection.execute(
            statement("batch/select_parent_indexes"), {"table": staging.staged_name(table, run)}
        ).fetchone()
        if done:
            continue  # an earlier attempt came this far
        for primary, columns in connection.execute(
            statement("batch/select_parent_indexes"), {"table": table}
        ).fetchall():
            name = "batch/add_primary_key" if primary else "batch/create_staged_index"
            connection.execute(statement(name).format(staged=staged, columns=sql.SQL(columns)))


def publish(
    connection: Connection,
    job: BatchJob,
    run: Run,
    *,
    whole: bool,
    deferred: int,
    now: datetime,
    settle_queue: SettleQueue,
) -> tuple[int, int]:
    """Everything that becomes true at once: outbox, retry queue, counts, and last the rows themselves.

    whole: replace the period; otherwise merge the members' rows into it. Returns the members and how many of them
    have a new result, without those whom the job's own statements took out of the run at this last moment.
    Raises LeaseHeld when another run took the period meanwhile, and LockNotAvailable when readers held the table for
    two minutes.
    """
    runs.hold_lease(connection, run)
    for name in job.on_publish:
        connection.execute(statement(name).format(**staging.identifiers(job, run)), job.values(run))
    eligible, made = staging.counts(connection, job, run)
    _record_period(connection, job, run, eligible, whole=whole, deferred=deferred)
    settle_queue(connection, job, run, now, eligible - made)
    if whole:
        _swap(connection, job, run)
    else:
        _merge(connection, job, run)
    return eligible, made


def is_published(connection: Connection, job: BatchJob, run: Run) -> bool:
    """Whether the period has a live partition."""
    return _exists(connection, _partition_name(job.tables[0], run))


def settle_queue_after_run(
    connection: Connection, job: BatchJob, run: Run, now: datetime, missing: int
) -> None:
    """A whole run starts the queue anew: whoever has no result is queued with the reason."""
    retries.clear(connection, run)
    if missing:
        retries.enqueue_missing(connection, job, run, now)


def settle_queue_after_part(
    connection: Connection, job: BatchJob, run: Run, now: datetime, missing: int
) -> None:
    """The same for the members of a partial run only."""
    retries.clear_members(connection, run)
    if missing:
        retries.enqueue_missing(connection, job, run, now)


def _record_period(
    connection: Connection, job: BatchJob, run: Run, eligible: int, *, whole: bool, deferred: int
) -> None:
    members, table = staging.members(run), sql.Identifier(*job.tables[0].split("."))
    key = {"job_name": run.job_name, "period": run.period, "first": job.period_of(run).first}
    added = 0
    if not whole:
        count = statement("batch/count_new_members").format(
            members=members, table=table, column=sql.Identifier(job.partition_column)
        )
        row = connection.execute(count, key).fetchone()
        added = row[0] if row else 0
    connection.execute(
        statement("batch/upsert_published_period"),
        {
            **key,
            "run_id": run.run_id,
            "eligible": eligible,
            "in_source": eligible + deferred,
            "whole": whole,
            "added": added,
        },
    )


def _swap(connection: Connection, job: BatchJob, run: Run) -> None:
    """Detach the old partitions and attach the new; waits for readers in short tries."""
    connection.execute(statement("batch/set_lock_timeout"), {"milliseconds": LOCK_TIMEOUT_MS})
    tries = Retrying(
        retry=retry_if_exception_type(psycopg.errors.LockNotAvailable),
        wait=wait_random_exponential(multiplier=0.05, max=2),
        stop=stop_after_delay(GIVE_UP_AFTER_S),
        reraise=True,
    )
    for attempt in tries:
        with attempt, connection.transaction():  # a savepoint: a failed try gives its locks back
            tables = sql.SQL(", ").join(sql.Identifier(*t.split(".")) for t in job.tables)
            connection.execute(statement("batch/lock_tables").format(tables=tables))
            for table in job.tables:
                _swap_table(connection, job, table, run)


def _swap_table(connection: Connection, job: BatchJob, table: str, run: Run) -> None:
    schema = table.split(".", 1)[0]
    name = _partition_name(table, run).split(".", 1)[1]
    parent, live, staged = (
        sql.Identifier(*table.split(".")),
        sql.Identifier(schema, name),
        staging.staged(table, run),
    )
    if _exists(connection, f"{schema}.{name}"):
        connection.execute(statement("batch/detach_partition").format(table=parent, partition=live))
        connection.execute(statement("batch/drop_partition").format(partition=live))
    period = job.period_of(run)
    connection.execute(
        statement("batch/attach_partition").format(
            table=parent, staged=staged, first=sql.Literal(period.first), next=sql.Literal(period.next)
        )
    )
    check = sql.Identifier(f"{staging.short_name(table)}_{staging.suffix(run)}_period")
    connection.execute(statement("batch/drop_check").format(staged=staged, check=check))
    connection.execute(statement("batch/rename_table").format(staged=staged, name=sql.Identifier(name)))
    connection.execute(
        statement("batch/move_table").format(
            staged=sql.Identifier("staging", name), schema=sql.Identifier(schema)
        )
    )


def _merge(connection: Connection, job: BatchJob, run: Run) -> None:
    """Replace the users' rows of a period, or the rows of a state, by what is new."""
    for table in reversed(job.tables):
        _delete_replaced(connection, job, table, run)
        connection.execute(
            statement("batch/insert_live_users").format(
                table=sql.Identifier(*table.split(".")), staged=staging.staged(table, run)
            )
        )


def _delete_replaced(connection: Connection, job: BatchJob, table: str, run: Run) -> None:
    names: dict[str, sql.Composable] = {
        "table": sql.Identifier(*table.split(".")),
        "column": sql.Identifier(job.partition_column),
        "results": staging.staged(job.tables[0], run),
        "staged": staging.staged(table, run),
    }
    delete = statement("batch/delete_live_users")
    if job.publishes == "users":
        delete = statement("batch/delete_live_state")
        keys = connection.execute(statement("batch/select_parent_indexes"), {"table": table}).fetchall()
        names["key"] = sql.SQL(keys[0][1])
    connection.execute(delete.format(**names), {"first": job.period_of(run).first})


def _partition_name(table: str, run: Run) -> str:
    return f"{table}_{staging.digits(run.period)}"


def _exists(connection: Connection, table: str) -> bool:
    row = connection.execute(statement("batch/select_table_exists"), {"table": table}).fetchone()
    return bool(row and row[0])
