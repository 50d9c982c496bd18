"""The retry queue: users for whom nothing could be made yet, and those given up.

Delay 2 h × (attempt + 1); after `max_retries` the user is dead, with the reason, and a fallback result
stands in. Dead letters can be replayed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from psycopg import sql

from include.batch import staging
from include.batch.job import BatchJob, Run
from include.core.db import Connection
from include.core.statements import statement

DELAY = timedelta(hours=2)


class Due(NamedTuple):
    """A period with users due for another attempt."""

    job_name: str
    period: str
    users: int


def delay(attempt: int) -> timedelta:
    """How long after attempt number `attempt` (0 = the batch itself) the next one is due."""
    return DELAY * (attempt + 1)


def _key(run: Run) -> dict[str, object]:
    return {"job_name": run.job_name, "period": run.period, "run_id": run.run_id}


def clear(connection: Connection, run: Run) -> None:
    """Forget the whole queue of a period."""
    connection.execute(statement("batch/delete_queue_of_period"), _key(run))


def clear_members(connection: Connection, run: Run) -> None:
    """Forget the queue entries of this run's members."""
    connection.execute(
        statement("batch/delete_queue_of_members").format(members=staging.members(run)), _key(run)
    )


def enqueue_missing(connection: Connection, job: BatchJob, run: Run, now: datetime) -> None:
    """Queue the members without a staged result."""
    connection.execute(
        statement("batch/insert_missing_into_queue").format(
            members=staging.members(run), staged=staging.staged(job.tables[0], run)
        ),
        {**_key(run), "next_retry_at": now + delay(0)},
    )


def due(connection: Connection, now: datetime) -> list[Due]:
    """Periods with users whose next attempt is due, oldest first."""
    return [Due(*row) for row in connection.execute(statement("batch/select_due_periods"), {"now": now})]


def select_due_members(connection: Connection, run: Run, now: datetime) -> int:
    """Make the due users of the run's period its members; returns how many."""
    insert = statement("batch/insert_due_members").format(members=staging.members(run))
    return connection.execute(insert, {**_key(run), "now": now}).rowcount


def last_chance(connection: Connection, job: BatchJob, run: Run) -> Sequence[int]:
    """Members without a result whose attempts are used up: a fallback stands in for them."""
    query = statement("batch/select_exhausted_members").format(
        members=staging.members(run), staged=staging.staged(job.tables[0], run)
    )
    return [row[0] for row in connection.execute(query, _key(run))]


def settle(connection: Connection, job: BatchJob, run: Run, now: datetime, _missing: int) -> None:
    """After a retry: count the attempt of who failed again, and let go of who succeeded.

    A fallback result (outcome partial, staged by `last_chance`) leaves its user dead in the queue.
    """
    names = {
        "members": staging.members(run),
        "staged": staging.staged(job.tables[0], run),
        "its_own": sql.SQL("made.writer <> 'fallback'" if job.has_outcome else "true"),
    }
    key = {**_key(run), "now": now, "delay": DELAY}
    connection.execute(statement("batch/update_queue_failed").format(**names), key)
    connection.execute(statement("batch/delete_queue_succeeded").format(**names), key)


def replay(connection: Connection, now: datetime) -> int:
    """Give every dead user the full number of attempts again, due at once; returns how many."""
    return connection.execute(statement("batch/update_dead_to_pending"), {"now": now}).rowcount


def dead_since(connection: Connection, since: datetime) -> int:
    """How many users gave up since then."""
    row = connection.execute(statement("batch/count_dead_since"), {"since": since}).fetchone()
    return row[0] if row else 0
