"""Is what was staged fit to be seen? Checks per user in SQL, expectations per run in Great Expectations."""

import gc
from collections.abc import Sequence
from typing import Any, NamedTuple

from include.batch import staging
from include.batch.job import BatchJob, Run, Shard
from include.core.db import Connection
from include.core.statements import statement

Expectations = dict[str, list[Any]]


class Refused(NamedTuple):
    """A failed check of one user."""

    user_id: int
    check_name: str
    severity: str
    reason: str


class SuiteFailed(RuntimeError):
    """The run's expectations do not hold; nothing was published."""


def check_users(connection: Connection, job: BatchJob, run: Run) -> list[Refused]:
    """Every failed check of the users that must be made again (hard, or a score ≤ 0.8)."""
    for table in job.tables:
        connection.execute(statement("batch/analyze").format(table=staging.staged(table, run)))
    query = statement(job.check_users).format(**staging.identifiers(job, run))
    return [Refused(*row) for row in connection.execute(query)]


def quarantine(connection: Connection, run: Run, refused: Sequence[Refused]) -> None:
    """Keep who was refused and why; this run's earlier records of the same users and checks are replaced."""
    values = {
        "job_name": run.job_name,
        "period": run.period,
        "run_id": run.run_id,
        "users": [r.user_id for r in refused],
        "checks": [r.check_name for r in refused],
        "reasons": [r.reason for r in refused],
        "severities": [r.severity for r in refused],
    }
    connection.execute(statement("batch/delete_quarantine"), values)
    connection.execute(statement("batch/insert_quarantine"), values)


def remove_users(connection: Connection, job: BatchJob, run: Run, users: Sequence[int]) -> None:
    """Take these users' rows out of staging."""
    for table in job.tables:
        delete = statement("batch/delete_staged_users").format(staged=staging.staged(table, run))
        connection.execute(delete, {"users": list(users)})


def remove_range(connection: Connection, job: BatchJob, run: Run, shard: Shard) -> None:
    """Take a shard's rows out of staging."""
    for table in job.tables:
        delete = statement("batch/delete_staged_range").format(staged=staging.staged(table, run))
        connection.execute(delete, {"first": shard.first, "last": shard.last})


def make_expectations(job: BatchJob) -> Expectations:
    """Table → expectations. Making them imports Great Expectations: seconds of processor time, so that a
    caller does it beside its queries, and a seventh less without the garbage collector, which finds nothing
    in thousands of new modules that all stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        return job.expectations()
    finally:
        if was_on:
            gc.enable()


def run_suite(url: str, run: Run, expected: Expectations) -> dict[str, Any]:
    """Validate the staged tables against what is expected of them, in the database.

    Returns {table: {expectation: passed}}; raises SuiteFailed naming what did not hold. Results are
    asked for as pass or fail only, so that no row reaches a log.
    """
    from include.batch.expectations import validate

    report: dict[str, Any] = {}
    for table, expectations in expected.items():
        report[table] = validate(url, "staging", staging.staged_name(table, run).split(".")[1], expectations)
    broken = [f"{t}: {name}" for t, results in report.items() for name, ok in results.items() if not ok]
    if broken:
        raise SuiteFailed("expectations that do not hold: " + "; ".join(broken))
    return report
