"""Exactly one outcome for every eligible user; their counts add up, at close and at any later time."""

from psycopg import sql

from include.batch import staging
from include.batch.job import BatchJob, Run
from include.core.db import Connection
from include.core.statements import statement


class OutcomesDoNotAddUp(RuntimeError):
    """A user was lost or counted twice: a defect, never to be passed over."""


def outcomes(connection: Connection, job: BatchJob, period: str) -> tuple[int, dict[str, int]]:
    """(eligible, users per outcome) of a published period; (0, {}) where nothing is published."""
    query = statement("batch/select_outcomes").format(
        table=sql.Identifier(*job.tables[0].split(".")),
        column=sql.Identifier(job.partition_column),
        outcome=sql.SQL("outcome" if job.has_outcome else "'complete'"),
    )
    first = job.period.parse(period).first
    row = connection.execute(query, {"job_name": job.name, "period": period, "first": first}).fetchone()
    return (row[0], row[1]) if row else (0, {})


def check_sum(connection: Connection, job: BatchJob, period: str) -> dict[str, int]:
    """The outcomes of a published period, after making sure that they add up to the eligible."""
    return _added_up(job.name, period, *outcomes(connection, job, period))


def check_sum_of_run(connection: Connection, job: BatchJob, run: Run) -> dict[str, int]:
    """The same for a state, whose rows a later period may have replaced: by what the run itself staged."""
    if not staging.exists(connection, job, run):
        return {}
    query = statement("batch/count_settled_members").format(
        members=staging.members(run), staged=staging.staged(job.tables[0], run)
    )
    row = connection.execute(query, {"job_name": job.name, "period": run.period}).fetchone()
    members, settled, made = row or (0, 0, 0)
    return _added_up(job.name, run.period, members, {"complete": made, "pending": settled - made})


def _added_up(name: str, period: str, eligible: int, counted: dict[str, int]) -> dict[str, int]:
    if sum(counted.values()) != eligible:
        raise OutcomesDoNotAddUp(f"{name} {period}: {eligible} eligible, outcomes {counted}")
    return counted
