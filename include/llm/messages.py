"""Texts by the Messages API: many calls in flight, each written down before it is made.

One process writes a run's texts; an advisory lock sees to it. Its loop takes what may be sent, writes
it down (reservation, call, request: one transaction), sends it, and records what has come back in the
same way. An answer frees its place at once, and is held to the facts only when the next calls have left:
judging takes longer than anything else that this process does. A process that dies leaves calls 'sent':
they count as spent, and their users take the next rung.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from include.core.db import Connection
from include.llm import budget, client, ledger
from include.llm.booking import book, price
from include.llm.ladder import MOST_FAILURES, STOPS_ALL
from include.llm.ledger import Call
from include.llm.models import Outcome, Request, Result, WriterSettings, WritingJob
from include.llm.pacing import Breaker, Pace

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

BACKOFF_S = 2.0  # × 2^failures, with jitter; rate limits are waited out by the pace
IDLE_S = 0.25
PEEK_S = 0.002  # between two judgements
LEAVE_S = 0.02  # in which calls leave; answers that come this close together make room together
SENT_AT_ONCE = 5  # calls that start together come back together, and are sent one after another
RECORDED_AT_ONCE = 10


class Done(NamedTuple):
    """What came of a call: as it came, later as judged."""

    call: Call
    result: Result


@dataclass
class Writing:
    """What one process keeps in mind while it writes a run's texts."""

    connection: Connection  # autocommit; every step is a transaction of its own
    run_id: int
    job: WritingJob
    settings: WriterSettings
    client: "AsyncAnthropic"
    pace: Pace
    backoff_s: float = BACKOFF_S
    breakers: dict[str, Breaker] = field(default_factory=dict)
    in_flight: set[asyncio.Task[Done]] = field(default_factory=set)
    unjudged: deque[Done] = field(default_factory=deque)  # their places are free again
    judged: list[Done] = field(default_factory=list)
    day: date | None = None
    stopped: Outcome | None = None  # the provider takes no more paid calls

    @property
    def rungs(self) -> int:
        return len(self.settings.models)


async def write_all(
    connection: Connection,
    run_id: int,
    job: WritingJob,
    settings: WriterSettings,
    sdk: "AsyncAnthropic",
    *,
    backoff_s: float = BACKOFF_S,
) -> None:
    """Write all requests of a run; afterwards each is answered or fallen to the template.

    `connection` must be in autocommit mode and is nobody else's meanwhile. Raises AlreadyWriting while
    another process does the same.
    """
    ledger.lock_run(connection, run_id)
    writing = Writing(
        connection,
        run_id,
        job,
        settings,
        sdk.with_options(max_retries=0),
        Pace(settings.in_flight),
        backoff_s,
    )
    writing.breakers = {model: Breaker() for model in settings.models}
    with connection.transaction():
        ledger.lose_unsettled(connection, run_id, writing.rungs)
        ledger.mark_known(connection, run_id, job, settings)
    while await _turn(writing):
        pass


async def _turn(writing: Writing) -> bool:
    """Send what may be sent; judge and record while nothing can be. False when nothing is left."""
    room = _room(writing)
    sent = _send(writing, room) if room else 0
    if not (writing.in_flight or writing.unjudged):
        return sent > 0 or await _wait_for_due(writing)
    await _let_come(writing, sent)
    _take(writing)
    if sent == room and _room(writing):
        return True  # free places first
    _judge_one(writing)
    return True


def _room(writing: Writing) -> int:
    """How many calls may be sent now; none while more wait to be judged than may be in flight.

    Like those in flight they are paid for, and would be lost with this process.
    """
    if len(writing.unjudged) > writing.settings.in_flight:
        return 0
    return min(writing.pace.room(len(writing.in_flight), time.monotonic()), SENT_AT_ONCE)


async def _let_come(writing: Writing, sent: int) -> None:
    """Let calls leave and answers come; wait for one only where there is nothing else to do."""
    if sent or not writing.in_flight:
        await asyncio.sleep(LEAVE_S if sent else 0)
    else:
        idle_s = PEEK_S if writing.unjudged else IDLE_S
        await asyncio.wait(writing.in_flight, timeout=idle_s, return_when=asyncio.FIRST_COMPLETED)


def _take(writing: Writing) -> None:
    """Free the places of what has come back. What failed is recorded at once, and learned from."""
    came = {task for task in writing.in_flight if task.done()}
    writing.in_flight -= came
    done = [task.result() for task in came]
    now = time.monotonic()
    for call, result in done:
        writing.pace.learn(result, now)
        writing.breakers[call.model].learn(result.outcome)
    writing.unjudged.extend(one for one in done if one.result.outcome is Outcome.ANSWERED)
    failed = [one for one in done if one.result.outcome is not Outcome.ANSWERED]
    if failed:
        _record(writing, failed)


def _judge_one(writing: Writing) -> None:
    """Judge the answer that has waited longest; record when no other waits, or enough are judged."""
    if writing.unjudged:
        call, result = writing.unjudged.popleft()
        writing.judged.append(Done(call, client.judge(writing.job, call.request, result)))
    if len(writing.judged) >= RECORDED_AT_ONCE or (writing.judged and not writing.unjudged):
        judged, writing.judged = writing.judged, []
        _record(writing, judged)


async def _wait_for_due(writing: Writing) -> bool:
    """Nothing is on the way: wait until a request may be sent again; False when none waits."""
    due = ledger.next_due(writing.connection, writing.run_id)
    if due is None:
        return False
    until_due = (due - datetime.now(UTC)).total_seconds()
    until_room = writing.pace.quiet_until - time.monotonic()
    await asyncio.sleep(min(max(until_due, until_room, 0.001), 5.0))
    return True


def _send(writing: Writing, room: int) -> int:
    """Write down up to `room` calls and start them; returns how many requests moved at all."""
    with writing.connection.transaction():
        waiting = ledger.pending(writing.connection, writing.run_id, room, datetime.now(UTC))
        calls = _reserve(writing, waiting) if waiting else []
    for call in calls:
        writing.in_flight.add(asyncio.create_task(_ask(writing, call)))
    return len(calls) or _skip_poor_rung(writing, waiting)


def _reserve(writing: Writing, waiting: Sequence[Request]) -> list[Call]:
    """Reserve and write down as many of the waiting as the caps allow, in order."""
    day = datetime.now(UTC).date()
    if writing.day != day:
        budget.open_caps(writing.connection, writing.run_id, day, writing.settings)
        writing.day = day
    priced = [price(writing.job, writing.settings, request, batch=False) for request in waiting]
    return book(writing.connection, writing.run_id, day, priced)


def _skip_poor_rung(writing: Writing, waiting: Sequence[Request]) -> int:
    """Not even one call fits under the caps, and none is unrecorded whose rest could come back."""
    if not waiting or writing.in_flight or writing.unjudged:
        return 0
    with writing.connection.transaction():
        return ledger.leave_rung(
            writing.connection, writing.run_id, waiting[0].rung, writing.rungs, Outcome.BUDGET
        )


async def _ask(writing: Writing, call: Call) -> Done:
    return Done(call, await client.fetch(writing.client, writing.job, call.request, call.model))


def _record(writing: Writing, done: Sequence[Done]) -> None:
    """Record calls that ended, and take whole rungs away that give nothing."""
    with writing.connection.transaction():
        again_at = partial(_again_at, datetime.now(UTC), writing.backoff_s)
        ledger.settle(writing.connection, writing.run_id, done, writing.rungs, batch=False, again_at=again_at)
        ledger.go_on(writing.connection, writing.run_id, done, writing.job, writing.settings)
        writing.stopped = writing.stopped or next(
            (r.outcome for _, r in done if r.outcome in STOPS_ALL), None
        )
        if writing.stopped:  # for good: what was on the way may come back to be asked once more
            ledger.fall_all(writing.connection, writing.run_id, writing.stopped)
        _leave_broken_rungs(writing)


def _again_at(now: datetime, backoff_s: float, request: Request) -> datetime:
    """After a free failure: backoff × 2^failures, with jitter."""
    times = 2 ** min(request.failures, MOST_FAILURES)
    return now + timedelta(seconds=backoff_s * times * random.uniform(0.75, 1.25))  # noqa: S311


def _leave_broken_rungs(writing: Writing) -> None:
    for rung, model in enumerate(writing.settings.models):
        if writing.breakers[model].is_open:
            ledger.leave_rung(writing.connection, writing.run_id, rung, writing.rungs, Outcome.BREAKER)
