"""Exactly one outcome for every eligible user; their counts add up, at close and at any later time."""

from psycopg import sql

from include.batch.job import BatchJob
from include.core.db import Connection
from include.core.statements import statement


class OutcomesDoNotAddUp(RuntimeError):
    """A user was lost or counted twice: a defect, never to be passed over."""


def outcomes(connection: Connection, job: BatchJob, period: str) -> tuple[int, dict[str, int]]:
    """(eligible, users per outcome) of a published period; (0, {}) where nothing is published."""
    query = statement("batch/select_outcomes").format(
        table=sql.Identifier(*job.tables[0].split(".")), column=sql.Identifier(job.partition_column)
    )
    row = connection.execute(query, {"job_name": job.name, "period": period}).fetchone()
    return (row[0], row[1]) if row else (0, {})


def check_sum(connection: Connection, job: BatchJob, period: str) -> dict[str, int]:
    """The outcomes, after making sure that they add up to the eligible."""
    eligible, counted = outcomes(connection, job, period)
    if sum(counted.values()) != eligible:
        raise OutcomesDoNotAddUp(f"{job.name} {period}: {eligible} eligible, outcomes {counted}")
    return counted
