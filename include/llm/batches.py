"""Texts by the Message Batches API: half the price, and nobody waits for them.

`advance` brings a run's batches one step further: take up what a dead process left, collect what has
ended, submit what waits. All that it knows stands in the warehouse, so it may be killed anywhere and
called again. A batch is written down before the provider is asked (`sending`); when the answer to that is
lost, it is looked for in the provider's list by time and size, and its results prove it by their ids.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from include.core.db import Connection
from include.core.statements import statement
from include.llm import budget, client, ledger
from include.llm.booking import Priced, book, price
from include.llm.ladder import FREE, STOPS_ALL
from include.llm.ledger import AlreadyWriting, Call
from include.llm.models import Outcome, Request, Result, WriterSettings, WritingJob

if TYPE_CHECKING:
    from anthropic import Anthropic
    from anthropic.types.messages import MessageBatchIndividualResponse

log = logging.getLogger(__name__)

CHUNK = 500
CLOCK_SKEW = timedelta(minutes=5)


class Limits(NamedTuple):
    """The provider's, and how long to look for a batch whose creation was not answered."""

    requests: int = 100_000
    bytes: int = 100_000_000  # the provider takes 256 MB; the process has to hold it, twice
    look_for: timedelta = timedelta(minutes=3)


class Step(NamedTuple):
    """What is left to wait for: provider ids still running, or only time."""

    running: list[str]
    done: bool


class Batch(NamedTuple):
    """A row of llm.batches that is not over."""

    batch_id: int
    provider_id: str | None
    status: str
    requests: int
    sent_at: datetime | None


class Desk(NamedTuple):
    """What every step needs."""

    connection: Connection  # autocommit; every step is a transaction of its own
    run_id: int
    job: WritingJob
    settings: WriterSettings
    sdk: "Anthropic"
    now: datetime
    limits: Limits

    @property
    def rungs(self) -> int:
        return len(self.settings.models)


def advance(
    connection: Connection,
    run_id: int,
    job: WritingJob,
    settings: WriterSettings,
    sdk: "Anthropic",
    *,
    now: datetime,
    late: bool = False,
    limits: Limits | None = None,
) -> Step:
    """One step; call it again when a batch has ended, or after a while.

    late: the run can wait no longer: what runs is cancelled (finished parts are still collected), and
    what has no text yet falls to the template. Raises AlreadyWriting while another process does the same.
    """
    ledger.lock_run(connection, run_id)
    sdk = sdk.with_options(max_retries=0)
    desk = Desk(connection, run_id, job, settings, sdk, now, limits or Limits())
    inherited = [] if late else _inherit(desk)
    _follow_all(desk, late=late)
    with connection.transaction():
        ledger.mark_known(connection, run_id, job, settings)
        stop = Outcome.LATE if late else ledger.stopped_by(connection, run_id)
        if stop:
            ledger.fall_all(connection, run_id, stop)
    if not stop and not inherited and not any(batch.status == "sending" for batch in _open_batches(desk)):
        while _submit(desk):
            pass
    left = _open_batches(desk) + inherited
    running = [batch.provider_id for batch in left if batch.provider_id]
    waiting = ledger.next_due(connection, run_id) is not None
    return Step(running, done=not left and not waiting)


def _inherit(desk: Desk) -> list[Batch]:
    """Take up what other runs of the job have with the provider, where it holds texts that we wait for.

    Returns what still runs; nothing is sent meanwhile, so that no text is paid a second time.
    """
    values = {"job_name": desk.job.name, "run_id": desk.run_id}
    left: list[Batch] = []
    for (run_id,) in desk.connection.execute(statement("llm/select_left_runs"), values).fetchall():
        try:
            ledger.lock_run(desk.connection, run_id)
        except AlreadyWriting:
            continue  # that run is at work at this moment
        other = desk._replace(run_id=run_id)
        _follow_all(other, late=False)
        left += _open_batches(other)
        ledger.unlock_run(desk.connection, run_id)
    return left


def _follow_all(desk: Desk, *, late: bool) -> None:
    for batch in _open_batches(desk):
        try:
            _follow(desk, batch, late=late)
        except client.trouble() as error:  # of the line or the provider: the next step tries again
            log.warning("batch %s waits: %s", batch.batch_id, type(error).__name__)
            if late:
                _lose(desk, batch.batch_id)


def _open_batches(desk: Desk) -> list[Batch]:
    rows = desk.connection.execute(statement("llm/select_open_batches"), {"run_id": desk.run_id})
    return [Batch(*row) for row in rows]


def _follow(desk: Desk, batch: Batch, *, late: bool) -> None:
    """Bring one batch further, from wherever it was left."""
    if batch.status == "building":
        _give_up(desk, batch, Outcome.UNAVAILABLE)  # the provider was never asked
    elif batch.status == "sending":
        _adopt(desk, batch)
    elif batch.provider_id is not None:
        found = desk.sdk.messages.batches.retrieve(batch.provider_id)
        if found.processing_status == "ended":
            _collect(desk, batch, batch.provider_id)
        elif late and found.processing_status == "in_progress":
            desk.sdk.messages.batches.cancel(batch.provider_id)


# ------------------------------------------------------------------ what a dead process left


def _adopt(desk: Desk, batch: Batch) -> None:
    """Find the batch that the provider may have made, or give it up when it has none for long enough."""
    candidates = _candidates(desk, batch)
    if len(candidates) == 1:
        _mark_submitted(desk, batch.batch_id, candidates[0])
    elif not candidates and batch.sent_at and desk.now - batch.sent_at > desk.limits.look_for:
        _give_up(desk, batch, Outcome.UNAVAILABLE)


def _candidates(desk: Desk, batch: Batch) -> list[str]:
    """Unknown batches of the provider of that time and size; of those that ended, only the ones with our ids."""
    found = []
    for one in desk.sdk.messages.batches.list(limit=100):
        if batch.sent_at and one.created_at < batch.sent_at - CLOCK_SKEW:
            break  # the newest come first
        counts = one.request_counts
        size = counts.processing + counts.succeeded + counts.errored + counts.canceled + counts.expired
        if size == batch.requests and (one.processing_status != "ended" or _is_ours(desk, batch, one.id)):
            found.append(one.id)
    known = desk.connection.execute(statement("llm/select_provider_ids"), {"provider_ids": found}).fetchall()
    return [one for one in found if (one,) not in known]


def _is_ours(desk: Desk, batch: Batch, provider_id: str) -> bool:
    first = next(iter(desk.sdk.messages.batches.results(provider_id)), None)
    return first is not None and first.custom_id.startswith(_prefix(batch.batch_id))


def _give_up(desk: Desk, batch: Batch, outcome: Outcome) -> None:
    """The provider has no such batch: its calls cost nothing, and their requests go on."""
    with desk.connection.transaction():
        calls = ledger.unsettled(desk.connection, desk.run_id, batch.batch_id)
        for some in _chunks(calls):
            ended = [(call, Result(outcome)) for call in some]
            ledger.settle(desk.connection, desk.run_id, ended, desk.rungs, batch=True)
        _mark_over(desk, batch.batch_id, "never_created")


# ------------------------------------------------------------------ collecting


def _collect(desk: Desk, batch: Batch, provider_id: str) -> None:
    """Take the results as they stream in; what a broken stream did not bring comes with the next step."""
    results = desk.sdk.messages.batches.results(provider_id)
    for some in _chunks(results):
        with desk.connection.transaction():
            _settle(desk, batch, some)
    _lose(desk, batch.batch_id)


def _lose(desk: Desk, batch_id: int) -> None:
    """End a batch; a call without a result counts as spent."""
    with desk.connection.transaction():
        missing = ledger.unsettled(desk.connection, desk.run_id, batch_id)
        for calls in _chunks(missing):
            lost = [(call, Result(Outcome.LOST)) for call in calls]
            ledger.settle(desk.connection, desk.run_id, lost, desk.rungs, batch=True)
        _mark_over(desk, batch_id, "collected")


def _settle(desk: Desk, batch: Batch, results: Sequence["MessageBatchIndividualResponse"]) -> None:
    by_call = {_call_id(one.custom_id, batch.batch_id): one.result for one in results}
    rows = desk.connection.execute(
        statement("llm/select_sent_calls"), {"batch_id": batch.batch_id, "calls": list(by_call)}
    ).fetchall()
    ended = []
    for call_id, model, reserved, day, *request in rows:
        call = Call(call_id, Request(*request), model, reserved, day)
        ended.append((call, _judge(desk.job, call.request, by_call[call_id])))
    ledger.settle(desk.connection, desk.run_id, ended, desk.rungs, batch=True)
    ledger.go_on(desk.connection, desk.run_id, ended, desk.job, desk.settings)
    stopped = next((result.outcome for _, result in ended if result.outcome in STOPS_ALL), None)
    if stopped:
        ledger.fall_all(desk.connection, desk.run_id, stopped)


def _judge(job: WritingJob, request: Request, result: Any) -> Result:
    """A batch's result; only what succeeded is billed."""
    if result.type == "succeeded":
        return client.judge(job, request, client.read(result.message))
    if result.type == "errored" and result.error.error.type == "billing_error":
        return Result(Outcome.SPEND_LIMIT)
    return Result(Outcome.REJECTED if result.type == "errored" else Outcome.EXPIRED)


# ------------------------------------------------------------------ submitting


def _submit(desk: Desk) -> bool:
    """Write down and send one batch; False when nothing more can be sent now."""
    queued = sum(batch.requests for batch in _open_batches(desk))
    most = min(desk.limits.requests, desk.settings.queue_limit - queued)
    if most <= 0 or not ledger.pending(desk.connection, desk.run_id, 1, desk.now):
        return False
    with desk.connection.transaction():
        row = desk.connection.execute(
            statement("llm/insert_batch"), {"job_name": desk.job.name, "run_id": desk.run_id}
        ).fetchone()
    assert row is not None
    calls, size = _write_down(desk, row[0], most)
    if not calls:
        with desk.connection.transaction():
            _mark_over(desk, row[0], "never_created")
            waiting = ledger.pending(desk.connection, desk.run_id, 1, desk.now)
            moved = waiting and _leave_poor_rung(desk, waiting[0].rung)
        return bool(moved)
    return _send(desk, Batch(row[0], None, "sending", len(calls), desk.now), calls, size)


def _leave_poor_rung(desk: Desk, rung: int) -> int:
    """Not one request fits under the caps: the rung is left, unless running batches may give something back."""
    if any(batch.provider_id for batch in _open_batches(desk)):
        return 0
    return ledger.leave_rung(desk.connection, desk.run_id, rung, desk.rungs, Outcome.BUDGET)


def _write_down(desk: Desk, batch_id: int, most: int) -> tuple[list[Call], int]:
    """Reserve and write down calls until the batch is full or the caps are reached; calls and bytes."""
    calls: list[Call] = []
    size = 0
    with desk.connection.transaction():
        budget.open_caps(desk.connection, desk.run_id, desk.now.date(), desk.settings)
    while len(calls) < most and size < desk.limits.bytes:
        with desk.connection.transaction():
            some, added = _write_down_some(desk, batch_id, min(CHUNK, most - len(calls)), size)
        if not some:
            break
        calls, size = calls + some, size + added
    return calls, size


def _write_down_some(desk: Desk, batch_id: int, most: int, size: int) -> tuple[list[Call], int]:
    priced: list[Priced] = []
    full = size
    for request in ledger.pending(desk.connection, desk.run_id, most, desk.now):
        one = price(desk.job, desk.settings, request, batch=True)
        full += one.size
        if full > desk.limits.bytes:
            break
        priced.append(one)
    calls = book(desk.connection, desk.run_id, desk.now.date(), priced, batch_id)
    sizes = {one.request.facts_key: one.size for one in priced}
    return calls, sum(sizes[call.request.facts_key] for call in calls)


def _send(desk: Desk, batch: Batch, calls: Sequence[Call], size: int) -> bool:
    """Ask the provider, once. What it says no to costs nothing; without an answer the batch is looked for."""
    import anthropic

    with desk.connection.transaction():
        values = {"batch_id": batch.batch_id, "requests": len(calls), "bytes": size, "now": desk.now}
        desk.connection.execute(statement("llm/update_batch_sending"), values)
    try:
        created = desk.sdk.messages.batches.create(requests=_parameters(desk, batch.batch_id, calls))
    except anthropic.APIStatusError as error:
        return _refused(desk, batch, client.outcome_of(error))
    except anthropic.APIConnectionError as error:
        if client.never_sent(error):
            return _refused(desk, batch, Outcome.UNAVAILABLE)
        return False
    except TypeError:  # the SDK's word for a connection without a key
        return _refused(desk, batch, Outcome.DENIED)
    _mark_submitted(desk, batch.batch_id, created.id)
    return True


def _parameters(desk: Desk, batch_id: int, calls: Sequence[Call]) -> Iterator[Any]:
    for call in calls:
        body = client.body(desk.job, call.request, call.model)
        yield {"custom_id": f"{_prefix(batch_id)}{call.call_id}", "params": body}


def _refused(desk: Desk, batch: Batch, outcome: Outcome) -> bool:
    """No batch was made. False = try again later; True = others may be sent."""
    if outcome is Outcome.LOST:
        return False
    _give_up(desk, batch, outcome)
    if outcome in STOPS_ALL:
        with desk.connection.transaction():
            ledger.fall_all(desk.connection, desk.run_id, outcome)
    return outcome not in FREE


def _prefix(batch_id: int) -> str:
    return f"b{batch_id}-"


def _call_id(custom_id: str, batch_id: int) -> int:
    """The call behind a result; 0 for one that is not ours."""
    prefix, _, number = custom_id.partition("-")
    return int(number) if prefix == f"b{batch_id}" and number.isdigit() else 0


def _mark_submitted(desk: Desk, batch_id: int, provider_id: str) -> None:
    with desk.connection.transaction():
        desk.connection.execute(
            statement("llm/update_batch_submitted"), {"batch_id": batch_id, "provider_id": provider_id}
        )


def _mark_over(desk: Desk, batch_id: int, status: str) -> None:
    desk.connection.execute(statement("llm/update_batch_over"), {"batch_id": batch_id, "status": status})


def _chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(items)
    while some := list(islice(rest, CHUNK)):
        yield some
