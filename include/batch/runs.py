"""Runs and leases: one row a run in ops.job_execution_log, one writer at a time for a period."""

import hashlib
from datetime import datetime
from functools import cache
from typing import Any

from psycopg.types.json import Jsonb

from include.batch.job import Run, RunRequest
from include.core.db import Connection
from include.core.settings import PROJECT
from include.core.statements import statement

LEASE_SECONDS = 900
APPROVAL_SECONDS = 3 * 24 * 3600  # how long a person may take to answer


class LeaseHeld(RuntimeError):
    """Another run is writing this period; wait for it or for its lease to expire."""


@cache
def code_version() -> str:
    """Short hash of the code and SQL that make results; the same files give the same version."""
    digest = hashlib.sha256()
    for folder, pattern in (("include", "*.py"), ("include", "VERSION"), ("sql", "*.sql")):
        for path in sorted((PROJECT / folder).rglob(pattern)):
            digest.update(path.relative_to(PROJECT).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def open_run(
    connection: Connection, job_name: str, period: str, job_id: str, request: RunRequest, now: datetime
) -> Run:
    """Log the run and take the period's lease.

    A cleared run keeps its row and id. Raises LeaseHeld while another run writes the period.
    """
    metadata = {"code_version": code_version(), "request": request._asdict()}
    row = connection.execute(
        statement("batch/upsert_run"),
        {"job_name": job_name, "job_id": job_id, "period": period, "now": now, "metadata": Jsonb(metadata)},
    ).fetchone()
    assert row is not None
    run = Run(row[0], job_name, period, code_version(), now, request._asdict())
    hold_lease(connection, run)
    return run


def load_run(connection: Connection, run_id: int) -> Run:
    """The run of an id, as its later tasks see it."""
    row = connection.execute(statement("batch/select_run"), {"run_id": run_id}).fetchone()
    if row is None:
        raise LookupError(f"no run {run_id} in ops.job_execution_log; trigger the job again")
    return Run(*row)


def request_of(run: Run) -> RunRequest:
    """What the run was asked for, as stored with it."""
    asked = {**run.request, "users": tuple(run.request["users"]), "shards": tuple(run.request["shards"])}
    return RunRequest(**asked)


def hold_lease(connection: Connection, run: Run, seconds: int = LEASE_SECONDS) -> None:
    """Take the lease or extend it; LeaseHeld names the run that has it."""
    key = {"job_name": run.job_name, "period": run.period}
    taken = connection.execute(
        statement("batch/acquire_lease"), {**key, "run_id": run.run_id, "seconds": seconds}
    ).fetchone()
    if taken is None:
        holder = connection.execute(statement("batch/select_lease_holder"), key).fetchone()
        name, until = holder or ("another run", "soon")
        raise LeaseHeld(f"{run.job_name} {run.period} is being written by {name} (lease until {until})")


def release_lease(connection: Connection, run: Run) -> bool:
    """Give the lease back; False where another run has taken it."""
    released = connection.execute(
        statement("batch/release_lease"),
        {"job_name": run.job_name, "period": run.period, "run_id": run.run_id},
    )
    return released.rowcount > 0


def note(connection: Connection, run: Run, **metadata: Any) -> None:
    """Add facts about the run (counts, gate readings) to its log row."""
    connection.execute(
        statement("batch/update_run_metadata"), {"run_id": run.run_id, "metadata": Jsonb(metadata)}
    )


def metadata(connection: Connection, run: Run) -> dict[str, Any]:
    """What is noted about the run so far."""
    row = connection.execute(statement("batch/select_run_metadata"), {"run_id": run.run_id}).fetchone()
    return dict(row[0]) if row else {}


def close_run(
    connection: Connection,
    run: Run,
    *,
    now: datetime,
    processed: int,
    successful: int,
    error: str | None,
    outcomes: dict[str, int],
) -> None:
    """Write the end of the run into its log row; status failed where there is an error."""
    connection.execute(
        statement("batch/close_run"),
        {
            "run_id": run.run_id,
            "status": "failed" if error else "completed",
            "now": now,
            "processed": processed,
            "successful": successful,
            "failed": processed - successful,
            "error": error,
            "metadata": Jsonb({"outcomes": outcomes}),
        },
    )
