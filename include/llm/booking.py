"""From waiting requests to calls that may be made: priced at their most, reserved, written down.

The same for messages and batches: nothing is sent that did not come through here.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from include.core.db import Connection
from include.llm import budget, client, ledger, prices
from include.llm.ledger import Call
from include.llm.models import Request, WriterSettings, WritingJob


class Priced(NamedTuple):
    """A request, the model of its rung, its bytes as sent, and the most that it can cost in US dollars."""

    request: Request
    model: str
    size: int
    most_usd: float


def price(job: WritingJob, settings: WriterSettings, request: Request, *, batch: bool) -> Priced:
    """What asking the model of the request's rung can cost."""
    model = settings.models[request.rung]
    size = client.size_of(client.body(job, request, model))
    tokens = job.prompt(request.prompt_version).max_tokens
    return Priced(request, model, size, prices.most(model, size, tokens, batch=batch))


def book(
    connection: Connection, run_id: int, day: date, priced: Sequence[Priced], batch_id: int | None = None
) -> list[Call]:
    """Reserve and write down as many as the caps allow, in order; empty where not even one fits.

    One transaction of the caller. What the run has asked before is left out, its reservation given back.
    """
    while priced:
        total = sum(one.most_usd for one in priced)
        if budget.reserve(connection, run_id, day, total):
            wanted = [(one.request, one.model, one.most_usd) for one in priced]
            calls = ledger.write_down(connection, run_id, day, wanted, batch_id)
            unused = total - sum(call.reserved_usd for call in calls)
            if len(calls) < len(priced):
                budget.settle(connection, run_id, [(day, unused, 0.0)])
            return calls
        priced = priced[: len(priced) // 2]
    return []
