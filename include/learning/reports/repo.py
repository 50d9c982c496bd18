"""All access of the monthly reports to the warehouse, on a connection it is handed."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import orjson

from include.batch import staging
from include.batch.job import BatchJob, Run, Shard
from include.core.db import Connection, copy_field, copy_text, escape_copy
from include.core.statements import statement
from include.learning.reports.models import Day, Source, Tally

REPORTS = "warehouse.monthly_learner_reports"
WRITER = "template"
SORTING_MEMORY = "32MB"  # of one sort or hash: a shard's answers of two months
COLUMNS = (
    "user_id", "month", "outcome", "report", "chart", "writer", "code_version", "run_id", "generated_at",
)  # fmt: skip


class Made(NamedTuple):
    """One learner's report, ready to be staged."""

    user_id: int
    outcome: str
    report: dict[str, Any]
    chart: str


def read_sources(
    connection: Connection, job: BatchJob, run: Run, shard: Shard, users: Sequence[int] | None
) -> Iterator[Source]:
    """The month of each member of the shard, or of those named, in order of their ids."""
    query = statement("learning/select_report_sources").format(**staging.identifiers(job, run))
    named = list(users) if users is not None else None
    connection.execute(statement("learning/set_sorting_memory"), {"memory": SORTING_MEMORY})
    values = {**job.values(run), "first": shard.first, "last": shard.last, "users": named}
    for user_id, days, attempts, correct, concepts, ranks in connection.execute(query, values):
        yield Source(
            user_id=user_id,
            days=[Day(*day) for day in days],
            before=Tally(attempts, correct),
            concepts={name: Tally(*counts) for name, *counts in concepts},
            ranks=ranks,
        )


def stage(connection: Connection, job: BatchJob, run: Run, reports: Iterable[Made]) -> None:
    """COPY into the staging table of the run."""
    month = str(job.period_of(run).first)
    origin = f"{WRITER}\t{run.code_version}\t{run.run_id}\t{run.started_at.isoformat()}\n".encode()
    copy_text(
        connection,
        staging.staged_name(REPORTS, run),
        COLUMNS,
        (_line(made, month, origin) for made in reports),
    )


def _line(made: Made, month: str, origin: bytes) -> bytes:
    head = f"{made.user_id}\t{month}\t{made.outcome}\t".encode()
    return head + escape_copy(orjson.dumps(made.report)) + f"\t{copy_field(made.chart)}\t".encode() + origin
