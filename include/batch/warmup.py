"""Redis after a publication of what each user reads: new results of active users in, old ones out."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from include.batch import shards
from include.batch.job import Run
from include.core.db import Connection

CHUNK = 5_000
T = TypeVar("T")


def refresh_users(
    connection: Connection,
    cache: Any,
    run: Run,
    entries: Sequence[tuple[str, bytes, int]],
    stale_keys: Callable[[Run, int], list[str]],
) -> int:
    """Write the entries (key, bytes, seconds); forget what other members had. Returns the entries.

    `cache` is a redis-py client; `stale_keys` are those of a user that the publication makes old. Old
    entries go first, so that a crash leaves misses, never old rows.
    """
    for users in _chunks(shards.all_members(connection, run)):
        cache.unlink(*[key for user_id in users for key in stale_keys(run, user_id)])
    for chunk in _chunks(entries):
        pipeline = cache.pipeline(transaction=False)
        for key, value, seconds in chunk:
            pipeline.set(key, value, ex=seconds)
        pipeline.execute()
    return len(entries)


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    yield from (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
