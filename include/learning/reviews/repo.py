"""What the review schedule reads and stages."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from include.batch import staging
from include.batch.job import BatchJob, Run, Shard
from include.core.db import Connection, copy_text
from include.core.statements import statement
from include.learning.reviews.models import Answer, Memory

SCHEDULE = "warehouse.review_schedule"
COLUMNS = ("user_id", "question_id", "tick", *Memory._fields)


class Touched(NamedTuple):
    """A learner's question with new answers, and what was known before them (None = start afresh)."""

    user_id: int
    question_id: int
    known: Memory | None
    answers: list[Answer]


def read_touched(
    connection: Connection, job: BatchJob, run: Run, shard: Shard, users: Sequence[int] | None
) -> Iterator[Touched]:
    """Questions of a shard's members with answers that are not in the schedule yet."""
    query = statement("learning/select_new_answers").format(**staging.identifiers(job, run))
    found = connection.execute(query, {**job.values(run), **bounds(shard, users)})
    for (user_id, question_id), rows in groupby(found, key=itemgetter(0, 1)):
        yield _touched(user_id, question_id, list(rows))


def bounds(shard: Shard, users: Sequence[int] | None) -> dict[str, Any]:
    """Which members a statement is for."""
    return {"first": shard.first, "last": shard.last, "users": None if users is None else list(users)}


def stage(connection: Connection, run: Run, tick: datetime, made: Iterable[tuple[Touched, Memory]]) -> None:
    """COPY what is known now into the run's staging table."""
    lines = (_line(touched, memory, tick.isoformat()) for touched, memory in made)
    copy_text(connection, staging.staged_name(SCHEDULE, run), COLUMNS, lines)


def _touched(user_id: int, question_id: int, rows: list[tuple[Any, ...]]) -> Touched:
    answers = [Answer(row[2].astimezone(UTC), row[3]) for row in rows]
    stability, difficulty, reviewed_at, due_at, *counts = rows[0][4:]
    if stability is None:
        return Touched(user_id, question_id, None, answers)
    known = Memory(stability, difficulty, reviewed_at.astimezone(UTC), due_at.astimezone(UTC), *counts)
    return Touched(user_id, question_id, known, answers)


def _line(touched: Touched, memory: Memory, tick: str) -> bytes:
    fields = (touched.user_id, touched.question_id, tick, *memory)
    return ("\t".join(map(str, fields)) + "\n").encode()
