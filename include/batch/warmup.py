"""Redis after a publication: new results of active users in, old results of everybody out."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from include.batch import shards
from include.batch.job import BatchJob, Run
from include.core.db import Connection

CHUNK = 5_000
T = TypeVar("T")


def warm(connection: Connection, cache: Any, job: BatchJob, run: Run) -> int:
    """Write the entries of recently active users; forget what other members had. Returns the entries.

    `cache` is a redis-py client. Old entries go first, so that a crash leaves misses, never old rows.
    """
    for users in _chunks(shards.all_members(connection, run)):
        cache.unlink(*[key for user_id in users for key in job.stale_keys(run, user_id)])
    entries = job.warm(connection, run)
    for chunk in _chunks(entries):
        pipeline = cache.pipeline(transaction=False)
        for key, value, seconds in chunk:
            pipeline.set(key, value, ex=seconds)
        pipeline.execute()
    return len(entries)


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    yield from (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
