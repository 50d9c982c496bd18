"""What a domain brings to the house: its name, its tables, its SQL and its rules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from include.core.db import Connection
from include.core.periods import Week


class Run(NamedTuple):
    """One execution of a job for one period; a row of ops.job_execution_log."""

    run_id: int
    job_name: str
    period: str
    code_version: str
    started_at: datetime
    request: dict[str, Any]  # scope and parameters as asked for; see RunRequest

    @property
    def week(self) -> Week:
        return Week.parse(self.period)


class RunRequest(NamedTuple):
    """What part of a period a run shall make."""

    scope: str = "all"  # all | missing (eligible users without a result) | users | shards
    users: tuple[str, ...] = ()  # external ids, for scope users
    shards: tuple[int, ...] = ()  # numbers, for scope shards
    shard_size: int = 20_000


class Shard(NamedTuple):
    """A contiguous range of user ids, both ends included."""

    number: int
    first: int
    last: int
    users: int


class Failure(NamedTuple):
    """A user for whom nothing could be made; `reason` names no personal data."""

    user_id: int
    reason: str


class ShardResult(NamedTuple):
    """What processing a shard gave."""

    written: int
    failures: Sequence[Failure]


@dataclass(frozen=True)
class BatchJob:
    """A domain's batch. SQL names are files under sql/; identifiers are filled in by the house.

    tables: warehouse tables, partitioned by `partition_column` (a date). The first holds one row a
        user with `outcome`.
    select_members: INSERT of the eligible user ids into {members}.
    check_users: one row a failing user (user_id, check_name, severity, reason) from the staging tables.
    request_texts: asks for what a model shall write for the users, before they are processed; returns how
        many texts. None = the job writes all itself.
    prepare: freezes what all users are compared with; runs once, before the shards.
    process: reads, decides and stages the users of a shard (or only those named).
    fallback: stages a result marked partial for the users named, from as little as possible.
    expectations: Great Expectations per staged table.
    enqueue_notifications: INSERT into the outbox from the staged results.
    warm: cache entries (key, bytes, seconds) of recently active users after publication.
    stale_keys: the cache keys of a user that a publication makes old.
    nothing_to_do: why a period has no eligible user, and what to do.
    """

    name: str
    tables: tuple[str, ...]
    partition_column: str
    select_members: str
    check_users: str
    enqueue_notifications: str
    prepare: Callable[[Connection, Run], None]
    process: Callable[[Connection, Run, Shard, Sequence[int] | None], ShardResult]
    fallback: Callable[[Connection, Run, Sequence[int]], None]
    expectations: Callable[[], dict[str, list[Any]]]
    warm: Callable[[Connection, Run], Sequence[tuple[str, bytes, int]]]
    stale_keys: Callable[[Run, int], list[str]]
    nothing_to_do: Callable[[Connection, Run], str]
    request_texts: Callable[[Connection, Run, Sequence[int]], int] | None = None
