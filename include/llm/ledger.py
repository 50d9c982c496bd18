"""All access to the schema `llm` but the caps: requests of a run, calls made for them, answers kept."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from include.core.db import Connection
from include.core.statements import statement
from include.llm import budget, ladder, prices
from include.llm.models import Outcome, Request, Result, Usage, WriterSettings, WritingJob

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_OF_ALL = datetime(1970, 1, 2, tzinfo=UTC)  # of what may be sent at once: what was begun


class AlreadyWriting(RuntimeError):
    """Another process is writing this run's texts."""


class Answered(NamedTuple):
    """A text of the ledger, and the model that wrote it."""

    model: str
    answer: dict[str, Any]


Exchange = tuple[Request, dict[str, Any]]  # a request and its answer


class Call(NamedTuple):
    """A call written down before it is made."""

    call_id: int
    request: Request
    model: str
    reserved_usd: float
    day: date


def settings_of(connection: Connection, job_name: str) -> WriterSettings:
    """The job's writer; template where nobody chose another."""
    row = connection.execute(statement("llm/select_writer_settings"), {"job_name": job_name}).fetchone()
    if row is None:
        return WriterSettings()
    writer, models, *rest = row
    return WriterSettings(writer, tuple(models), *rest)


def choose_writer(connection: Connection, job_name: str, settings: WriterSettings) -> None:
    """Set the job's writer; UnknownModel where a model has no price."""
    for model in settings.models:
        prices.of_model(model)
    values = settings._asdict() | {
        "job_name": job_name,
        "models": list(settings.models),
        "experiment": Jsonb(settings.experiment) if settings.experiment else None,
    }
    connection.execute(statement("llm/upsert_writer_settings"), values)


def lock_run(connection: Connection, run_id: int) -> None:
    """Be the one process that writes a run's texts, until the connection ends; else AlreadyWriting."""
    row = connection.execute(statement("llm/lock_run"), {"run_id": run_id}).fetchone()
    if not (row and row[0]):
        raise AlreadyWriting(f"the texts of run {run_id} are being written by another process")


def unlock_run(connection: Connection, run_id: int) -> None:
    """Give the place back before the connection ends."""
    connection.execute(statement("llm/unlock_run"), {"run_id": run_id})


def add_requests(
    connection: Connection,
    run_id: int,
    requests: Sequence[Request],
    models: Sequence[str],
    job: WritingJob | None = None,
    provider: str = "",
) -> int:
    """Ask for these texts, those apart that the ledger has; returns how many are new to it.

    job, provider: of conversations, where an answer that the ledger has leads on to the next request.
    """
    new, known = _ask_for(connection, run_id, requests, models, AT_ONCE)
    return new + (_go_on(connection, run_id, known, job, models, provider) if job else 0)


def go_on(
    connection: Connection,
    run_id: int,
    ended: Sequence[tuple[Call, Result]],
    job: WritingJob,
    settings: WriterSettings,
) -> int:
    """Ask for what follows from good answers; part of the transaction that records them."""
    good = [(call.request, result.answer) for call, result in ended if result.answer is not None]
    return _go_on(connection, run_id, good, job, settings.models, settings.provider)


def _go_on(
    connection: Connection,
    run_id: int,
    answered: Sequence[Exchange],
    job: WritingJob,
    models: Sequence[str],
    provider: str,
) -> int:
    """Follow conversations up to the first request that the ledger cannot answer; returns how many are new."""
    added = 0
    while job.follow and answered:
        following = [job.follow(request, answer, provider) for request, answer in answered]
        asked = [one for one in following if one is not None]
        new, answered = _ask_for(connection, run_id, asked, models, FIRST_OF_ALL)
        added += new
    return added


def _ask_for(
    connection: Connection,
    run_id: int,
    requests: Sequence[Request],
    models: Sequence[str],
    not_before: datetime,
) -> tuple[int, list[Exchange]]:
    """Write requests down; returns how many, and those that are none, since the ledger has the answer."""
    if not requests:
        return 0, []
    known = answers(connection, [one.facts_key for one in requests], models)
    wanted = [one for one in requests if one.facts_key not in known]
    added = connection.execute(
        statement("llm/insert_requests"),
        {
            "run_id": run_id,
            "keys": [one.facts_key for one in wanted],
            "users": [one.user_id for one in wanted],
            "versions": [one.prompt_version for one in wanted],
            "facts": [one.facts for one in wanted],
            "not_before": not_before,
        },
    )
    for rung, model in enumerate(models):
        at = {"run_id": run_id, "rung": rung, "rungs": len(models), "model": model}
        connection.execute(statement("llm/skip_dead_ends"), {**at, "keys": [r.facts_key for r in wanted]})
    return added.rowcount, [(one, known[one.facts_key].answer) for one in requests if one.facts_key in known]


def answers(connection: Connection, keys: Sequence[str], models: Sequence[str]) -> dict[str, Answered]:
    """The ledger's text for each of these facts, where there is one."""
    values = {"keys": list(keys), "models": list(models)}
    rows = connection.execute(statement("llm/select_answers"), values)
    return {key: Answered(*rest) for key, *rest in rows}


def spent(connection: Connection, run_id: int, keys: Sequence[str]) -> dict[str, float]:
    """US dollars that a run paid for the texts of these facts; refused and lost ones cost too."""
    rows = connection.execute(statement("llm/select_spent"), {"run_id": run_id, "keys": list(keys)})
    return dict(rows.fetchall())


def reasons(connection: Connection, run_id: int, keys: Sequence[str]) -> dict[str, str]:
    """Why the run's requests left their rungs, where they did."""
    rows = connection.execute(statement("llm/select_reasons"), {"run_id": run_id, "keys": list(keys)})
    return dict(rows.fetchall())


def pending(connection: Connection, run_id: int, most: int, now: datetime) -> list[Request]:
    """Requests that may be sent now. What was begun comes first, so that the end is no string of second tries."""
    rows = connection.execute(statement("llm/select_pending"), {"run_id": run_id, "most": most, "now": now})
    return [Request(*row) for row in rows]


def next_due(connection: Connection, run_id: int) -> datetime | None:
    """When the next waiting request may be sent; None = none waits."""
    row = connection.execute(statement("llm/select_next_due"), {"run_id": run_id}).fetchone()
    return row[0] if row else None


def write_down(
    connection: Connection,
    run_id: int,
    day: date,
    calls: Sequence[tuple[Request, str, float]],
    batch_id: int | None = None,
) -> list[Call]:
    """Write calls down before they are made: (request, model, reserved US dollars) each.

    One that the run has made already is left out: nothing is sent twice.
    """
    rows = connection.execute(
        statement("llm/insert_calls"),
        {
            "run_id": run_id,
            "batch_id": batch_id,
            "day": day,
            "keys": [request.facts_key for request, _, _ in calls],
            "users": [request.user_id for request, _, _ in calls],
            "models": [model for _, model, _ in calls],
            "versions": [request.prompt_version for request, _, _ in calls],
            "attempts": [request.attempt for request, _, _ in calls],
            "reserved": [reserved for _, _, reserved in calls],
        },
    ).fetchall()
    ids = {key: call_id for call_id, key in rows}
    connection.execute(statement("llm/mark_sent"), {"run_id": run_id, "keys": list(ids)})
    return [
        Call(ids[request.facts_key], request, model, reserved, day)
        for request, model, reserved in calls
        if request.facts_key in ids
    ]


def settle(
    connection: Connection,
    run_id: int,
    ended: Sequence[tuple[Call, Result]],
    rungs: int,
    *,
    batch: bool,
    again_at: Callable[[Request], datetime] = lambda _: AT_ONCE,
) -> None:
    """Record how calls ended: the call, its cost, the answer, and where the request goes on.

    again_at: when a request that failed without cost may be sent again.
    """
    settled = [(call, result, _spent(call, result, batch=batch)) for call, result in ended]
    _settle_calls(connection, settled)
    good = [(call, result) for call, result in ended if result.outcome is Outcome.GROUNDED]
    _keep_answers(connection, good)
    _keep_dead_ends(connection, ended, rungs)
    _move_on(connection, run_id, ended, rungs, again_at)
    budget.settle(connection, run_id, [(call.day, call.reserved_usd, spent) for call, _, spent in settled])


def _spent(call: Call, result: Result, *, batch: bool) -> float:
    """What the call cost; a lost answer counts with all that was set aside for it."""
    if result.outcome is Outcome.LOST:
        return call.reserved_usd
    return prices.cost(call.model, result.usage, batch=batch) if result.usage else 0.0


def _status_of(result: Result) -> str:
    if result.outcome is Outcome.GROUNDED:
        return "answered"
    if result.outcome is Outcome.LOST:
        return "lost"
    return "refused" if result.usage else "free"


def _settle_calls(connection: Connection, settled: Sequence[tuple[Call, Result, float]]) -> None:
    used = [result.usage or Usage() for _, result, _ in settled]
    connection.execute(
        statement("llm/settle_calls"),
        {
            "calls": [call.call_id for call, _, _ in settled],
            "statuses": [_status_of(result) for _, result, _ in settled],
            "reasons": [str(result.outcome) for _, result, _ in settled],
            "costs": [spent for _, _, spent in settled],
            "inputs": [one.input for one in used],
            "outputs": [one.output for one in used],
            "reads": [one.cache_read for one in used],
            "writes": [one.cache_write for one in used],
            "latencies": [result.latency_ms for _, result, _ in settled],
        },
    )


def _keep_answers(connection: Connection, good: Sequence[tuple[Call, Result]]) -> None:
    connection.execute(
        statement("llm/insert_answers"),
        {
            "keys": [call.request.facts_key for call, _ in good],
            "models": [call.model for call, _ in good],
            "versions": [call.request.prompt_version for call, _ in good],
            "answers": [json.dumps(result.answer, ensure_ascii=False) for _, result in good],
            "calls": [call.call_id for call, _ in good],
        },
    )


def _keep_dead_ends(connection: Connection, ended: Sequence[tuple[Call, Result]], rungs: int) -> None:
    """Requests that left a rung because of what the model made of them."""
    dead = [
        (call, result)
        for call, result in ended
        if result.outcome in ladder.LASTING
        and ladder.after(result.outcome, _place(call.request), rungs).reason
    ]
    connection.execute(
        statement("llm/insert_dead_ends"),
        {
            "keys": [call.request.facts_key for call, _ in dead],
            "models": [call.model for call, _ in dead],
            "reasons": [str(result.outcome) for _, result in dead],
        },
    )


def _move_on(
    connection: Connection,
    run_id: int,
    ended: Sequence[tuple[Call, Result]],
    rungs: int,
    again_at: Callable[[Request], datetime],
) -> None:
    """Each request to its next place, with the text to mend where it is asked once more."""
    where = [
        (call.request, ladder.after(result.outcome, _place(call.request), rungs), result)
        for call, result in ended
    ]
    mend = [
        result if next_.place.attempt == 1 and result.outcome in ladder.MENDABLE else None
        for _, next_, result in where
    ]
    connection.execute(
        statement("llm/update_requests"),
        {
            "run_id": run_id,
            "keys": [request.facts_key for request, _, _ in where],
            "statuses": [next_.status for _, next_, _ in where],
            "rungs": [next_.place.rung for _, next_, _ in where],
            "attempts": [next_.place.attempt for _, next_, _ in where],
            "failures": [next_.place.failures for _, next_, _ in where],
            "texts": [result and result.text for result in mend],
            "problems": [json.dumps(result.problems) if result else None for result in mend],
            "reasons": [next_.reason for _, next_, _ in where],
            "not_before": [
                _not_before(result.outcome, next_.place, partial(again_at, request))
                for request, next_, result in where
            ],
        },
    )


def _not_before(outcome: Outcome, place: ladder.Place, again_at: Callable[[], datetime]) -> datetime:
    """When a request may be sent again, which is also its place in the queue.

    Who met a busy provider goes behind all others: the pace does the waiting, and one request that was
    always the next would meet every refusal until it fell.
    """
    if not place.failures:
        return FIRST_OF_ALL
    if outcome is Outcome.RATE_LIMITED:
        return AT_ONCE - timedelta(days=place.failures)
    return again_at()


def _place(request: Request) -> ladder.Place:
    return ladder.Place(request.rung, request.attempt, request.failures)


def unsettled(connection: Connection, run_id: int, batch_id: int | None = None) -> list[Call]:
    """Calls of which nobody knows what became: those a dead process left, or those of a batch."""
    rows = connection.execute(statement("llm/select_unsettled"), {"run_id": run_id, "batch_id": batch_id})
    return [
        Call(call_id, Request(key, 0, "", "", rung, attempt, failures), model, reserved, day)
        for call_id, key, model, reserved, day, rung, attempt, failures in rows
    ]


def lose_unsettled(connection: Connection, run_id: int, rungs: int) -> int:
    """Messages that a dead process had on the way: spent, not asked again; their requests go down a rung."""
    left = unsettled(connection, run_id)
    settle(connection, run_id, [(call, Result(Outcome.LOST)) for call in left], rungs, batch=False)
    return len(left)


def mark_known(connection: Connection, run_id: int, job: WritingJob, settings: WriterSettings) -> int:
    """Waiting requests whose text the ledger has by now, from another run, lead on; returns how many."""
    values = {"run_id": run_id, "models": list(settings.models), "with_facts": job.follow is not None}
    rows = connection.execute(statement("llm/mark_known"), values).fetchall()
    if job.follow:
        requests = [Request(*row) for row in rows]
        known = answers(connection, [one.facts_key for one in requests], settings.models)
        answered = [(one, known[one.facts_key].answer) for one in requests]
        _go_on(connection, run_id, answered, job, settings.models, settings.provider)
    return len(rows)


def leave_rung(connection: Connection, run_id: int, rung: int, rungs: int, reason: Outcome) -> int:
    """All waiting requests of a rung go down one; returns how many."""
    values = {"run_id": run_id, "rung": rung, "rungs": rungs, "reason": str(reason)}
    return connection.execute(statement("llm/leave_rung"), values).rowcount


def stopped_by(connection: Connection, run_id: int) -> Outcome | None:
    """The provider's no to the whole run (its spend limit, a refused key), where it has said one."""
    values = {"run_id": run_id, "reasons": [str(one) for one in ladder.STOPS_ALL]}
    row = connection.execute(statement("llm/select_stop"), values).fetchone()
    return Outcome(row[0]) if row else None


def fall_all(connection: Connection, run_id: int, reason: Outcome) -> int:
    """All waiting requests fall to the template; returns how many."""
    values = {"run_id": run_id, "reason": str(reason)}
    return connection.execute(statement("llm/fall_all"), values).rowcount
