"""What a domain brings to the house: its name, its tables, its SQL and its rules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from include.core.db import Connection
from include.core.periods import Period, Week


class Run(NamedTuple):
    """One execution of a job for one period; a row of ops.job_execution_log."""

    run_id: int
    job_name: str
    period: str  # the period's key
    code_version: str
    started_at: datetime
    request: dict[str, Any]  # scope and parameters as asked for; see RunRequest


class RunRequest(NamedTuple):
    """What part of a period a run shall make."""

    scope: str = "all"  # all | missing (eligible users without a result) | users | shards
    users: tuple[str, ...] = ()  # external ids, for scope users
    shards: tuple[int, ...] = ()  # numbers, for scope shards
    shard_size: int | None = None  # users a shard; None = as the job says


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


def nothing(_connection: Connection, _run: Run) -> None:
    """No preparation."""


@dataclass(frozen=True)
class BatchJob:
    """A domain's batch. SQL names are files under sql/; identifiers are filled in by the house.

    Every statement may use what its period tells (`Period.values`), `job_name`, `key`, `run_id` and
    `now`.

    tables: warehouse tables with a user_id and `partition_column`, which holds the period's `first`.
    select_members: INSERT of the eligible user ids into {members}; the house keeps those rolled out.
    refine_members: takes some of them out again, keeping the reason.
    check_users: one row a failing user (user_id, check_name, severity, reason) from the staging tables.
    repairs: a failing user is made again; False = one failing user fails the run.
    process: reads, decides and stages the members of a shard, or only the users named.
    expectations: Great Expectations per staged table.
    nothing_to_do: why a period has nobody to work for, and what to do. None, or what it answers: that is no error.
    period: what a run is for.
    publishes: 'period': the tables are partitioned, and a whole run replaces its partition. 'users': they
        hold a state, and a run replaces the rows that it has made anew (by the primary key), whatever
        period those were of.
    has_outcome: the first table says `outcome` and `writer` of each user; otherwise a row is complete.
    member_columns: columns that select_members keeps beside the user, as in CREATE TABLE.
    shard_size: users a mapped task; None = the work needs everybody at once.
    gated: the distribution gate compares the run with the periods before it.
    prepare: freezes what all users are compared with; runs once, before the shards.
    fallback: stages a result marked partial for the users named, from as little as possible.
    on_publish: statements of the publishing transaction: outbox rows and the like.
    warm: brings Redis up to date after a publication; returns the entries written.
    counts: one JSON object, of the staged rows, for the run's log.
    texts: the table that says `writer` and `writer_reason` of each text. None = the first.
    request_texts: asks for what a model shall write for the users, before they are processed; returns how
        many texts. None = the job writes all itself.
    """

    name: str
    tables: tuple[str, ...]
    partition_column: str
    select_members: str
    check_users: str
    process: Callable[[Connection, Run, Shard, Sequence[int] | None], ShardResult]
    expectations: Callable[[], dict[str, list[Any]]] = dict
    nothing_to_do: Callable[[Connection, Run], str | None] | None = None
    period: type[Period] = Week
    publishes: Literal["period", "users"] = "period"
    has_outcome: bool = True
    refine_members: str | None = None
    member_columns: str = ""
    repairs: bool = True
    shard_size: int | None = 20_000
    gated: bool = True
    prepare: Callable[[Connection, Run], None] = nothing
    fallback: Callable[[Connection, Run, Sequence[int]], None] | None = None
    on_publish: tuple[str, ...] = ()
    warm: Callable[[Connection, Any, Run], int] | None = None
    request_texts: Callable[[Connection, Run, Sequence[int]], int] | None = None
    counts: str | None = None
    texts: str | None = None

    def period_of(self, run: Run) -> Period:
        """What the run is for."""
        return self.period.parse(run.period)

    def values(self, run: Run) -> dict[str, Any]:
        """What the job's statements may ask for by name."""
        told = {"job_name": self.name, "key": run.period, "run_id": run.run_id, "now": run.started_at}
        return {**self.period_of(run).values(), **told}
