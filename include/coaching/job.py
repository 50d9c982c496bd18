"""Coaching over one shard of the due: plan → read → screen → write → gate → stage."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from include.batch import runs, shards, warmup
from include.batch.job import BatchJob, Run, Shard, ShardResult
from include.coaching import coach, conversation, repo
from include.coaching.coach import Coached, Words
from include.coaching.expectations import expectations
from include.coaching.models import TEMPLATE, Attempted, Due, Plan, Source
from include.coaching.rules import schedule
from include.core import cache_keys
from include.core.db import Connection
from include.core.periods import Hour
from include.llm.models import WriterSettings, frozen_settings

SHARD_USERS = 5_000
PIECE_USERS = 500  # read together: their journals are held in memory
RULES_FAIL = (ValueError, ArithmeticError, LookupError, TypeError, AttributeError, RecursionError)


class Turn(NamedTuple):
    """A user for whom a message may be written now."""

    source: Source
    plan: Plan


def tick_of(run: Run) -> datetime:
    return Hour.parse(run.period).first


def process(connection: Connection, run: Run, shard: Shard, users: Sequence[int] | None) -> ShardResult:
    """Plan, and where it is time write, for a shard's members or those named; every member is staged."""
    making = repo.Making(run, tick_of(run), datetime.now(UTC))
    settings = writer_settings(connection, run)
    written = 0
    for due in _pieces(connection, run, shard, users):
        made = list(_coach_all(connection, making, settings, due))
        repo.stage(connection, making, made)
        written += len(made)
    return ShardResult(written, [])


def _pieces(
    connection: Connection, run: Run, shard: Shard, users: Sequence[int] | None
) -> Iterator[list[Due]]:
    members = shards.members_of(connection, run, shard) if users is None else users
    for first in range(0, len(members), PIECE_USERS):
        yield repo.read_due(connection, members[first : first + PIECE_USERS])


def _coach_all(
    connection: Connection, making: repo.Making, settings: WriterSettings, due: Sequence[Due]
) -> Iterator[Coached]:
    planned = [(one, schedule.plan(one, making.tick)) for one in due]
    yield from (coach.wait(one, plan) for one, plan in planned if plan.outcome)
    turns = _turns(connection, planned, making.tick)
    told = _told(connection, making.run, settings, turns)
    for turn in turns:
        yield _coach_one(turn, making.tick, told.get(turn.source.due.user_id, ()))


def _turns(connection: Connection, planned: Sequence[tuple[Due, Plan]], tick: datetime) -> list[Turn]:
    """Those whose turn it is, with all that their messages may be built on."""
    plans = {due.user_id: plan for due, plan in planned if plan.outcome is None}
    due = [one for one, _ in planned if one.user_id in plans]
    return [Turn(source, plans[source.due.user_id]) for source in repo.read_sources(connection, due, tick)]


def _coach_one(turn: Turn, tick: datetime, told: Sequence[Attempted]) -> Coached:
    """One user's trouble is nobody else's: it is a failed try."""
    try:
        return coach.coach(turn.source, turn.plan, tick, told)
    except RULES_FAIL:
        return coach.failed(turn.source.due, turn.plan, tick)


def writer_settings(connection: Connection, run: Run) -> WriterSettings:
    """The writer as frozen with the run; template where nothing was frozen."""
    return frozen_settings(runs.metadata(connection, run).get("writer"))


def request_texts(connection: Connection, run: Run, users: Sequence[int]) -> int:
    """Ask for the messages that a model shall write to these users; returns how many are new to the ledger."""
    settings = writer_settings(connection, run)
    asked = 0
    for first in range(0, len(users), PIECE_USERS):
        due = repo.read_due(connection, users[first : first + PIECE_USERS])
        turns = _turns(connection, [(one, schedule.plan(one, tick_of(run))) for one in due], tick_of(run))
        wanted = list(_words(turns).values())
        asked += conversation.ask_for(connection, run, settings, wanted)
    return asked


def _told(
    connection: Connection, run: Run, settings: WriterSettings, turns: Sequence[Turn]
) -> dict[int, list[Attempted]]:
    if settings.writer == TEMPLATE:
        return {}  # and no context is built twice
    return conversation.attempts(connection, run, settings, list(_words(turns).values()))


def _words(turns: Sequence[Turn]) -> dict[int, Words]:
    """What may be written about, of those users whom the screen lets through; nothing else leaves the house."""
    found = {}
    for turn in turns:
        try:
            if not coach.held_before(turn.source, turn.plan):
                found[turn.source.due.user_id] = coach.words(turn.source, turn.plan)
        except RULES_FAIL:
            continue  # a failed try, as _coach_one will find
    return found


def warm(connection: Connection, cache: Any, run: Run) -> int:
    """Readers' old messages out of Redis; the new ones come with their first reader."""
    warmup.forget_members(connection, cache, run, lambda _, user_id: cache_keys.of_coaching(user_id))
    return 0


JOB = BatchJob(
    name="hourly_coaching",
    tables=(repo.SCHEDULE, repo.MESSAGES, repo.SAFETY),
    partition_column="tick",
    period=Hour,
    publishes="users",
    has_outcome=False,
    select_members="coaching/select_members",
    check_users="coaching/check_users",
    process=process,
    request_texts=request_texts,
    texts=repo.MESSAGES,
    shard_size=SHARD_USERS,
    gated=False,  # who is due in an hour depends on where people live
    expectations=expectations,
    counts="coaching/count_outcomes",
    warm=warm,
    on_publish=(
        "coaching/lock_schedule",
        "coaching/drop_changed_members",
        "coaching/postpone_refused",
        "coaching/insert_journal_entries",
        "coaching/enqueue_notifications",
        "coaching/enqueue_resources",
    ),
)
