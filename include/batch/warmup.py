"""Redis after a publication of what each user reads: new results of active users in, old ones out."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, TypeVar

from include.batch import shards
from include.batch.job import Run
from include.core import cache_keys
from include.core.db import Connection
from include.core.statements import statement

CHUNK = 5_000
USERS_AT_ONCE = 250  # of some twenty keys each: Redis answers nobody while it takes a command
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
    forget_members(connection, cache, run, stale_keys)
    for chunk in _chunks(entries):
        pipeline = cache.pipeline(transaction=False)
        for key, value, seconds in chunk:
            pipeline.set(key, value, ex=seconds)
        pipeline.execute()
    return len(entries)


def forget_members(
    connection: Connection, cache: Any, run: Run, stale_keys: Callable[[Run, int], list[str]]
) -> None:
    """Forget what a publication makes old of each of its members: by name, so nothing is searched for."""
    for users in _chunks(shards.all_members(connection, run), USERS_AT_ONCE):
        cache.unlink(*[key for user_id in users for key in stale_keys(run, user_id)])


def forget_user(connection: Connection, cache: Any, user_id: int) -> None:
    """Forget all that is kept of one user: the periods that were ever published name every key."""
    weeks = [date.fromisoformat(key) for key in _published(connection, "weekly_intelligence")]
    keys = cache_keys.of_user(user_id, weeks, _published(connection, "monthly_learner_reports"))
    for chunk in _chunks(keys):
        cache.unlink(*chunk)


def _published(connection: Connection, job_name: str) -> list[str]:
    rows = connection.execute(statement("batch/select_published_keys"), {"job_name": job_name})
    return [key for (key,) in rows]


def _chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    yield from (items[start : start + size] for start in range(0, len(items), size))
