"""What texts cost and what became of the calls: read only, for the log, the command line and the estimate."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from psycopg import sql
from psycopg.rows import class_row, dict_row

from include.core.db import Connection
from include.core.statements import statement


class SpendingRun(NamedTuple):
    """A run whose texts a model could write.

    rungs: users by who wrote for them; reasons: by the same, why not the first model. Empty until it is closed.
    """

    id: int
    job_name: str
    period: str
    writer: str
    models: list[str]  # the ladder
    provider: str | None  # whom the run asked
    rungs: dict[str, int]
    reasons: dict[str, dict[str, int]]
    calls: int
    cost_usd: float
    open_usd: float  # part of cost_usd: no answer yet, or never; counted with all that was reserved
    days: list[date] | None  # UTC days whose caps it counts against


class Costs(NamedTuple):
    """Calls of one model and prompt version. Latencies in milliseconds; None for batches."""

    model: str
    prompt_version: str
    by_batch: bool
    calls: int
    answered: int
    refused: int
    lost: int
    free: int
    on_the_way: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    cost_usd: float
    p50_ms: float | None
    p95_ms: float | None


class Failing(NamedTuple):
    """Calls of one model that gave no text, by reason."""

    model: str
    status: str
    reason: str
    calls: int
    cost_usd: float


class Fall(NamedTuple):
    """Texts that the first model has not written: the rung they are on, and why they left the one before."""

    rung: int
    status: str
    reason: str | None
    texts: int


class Usual(NamedTuple):
    """Means of paid calls: tokens of each kind, and how many calls a good text took."""

    calls: int
    input: float
    output: float
    cache_read: float
    cache_write: float
    calls_a_text: float


class Cap(NamedTuple):
    """A row of llm.budgets."""

    scope: str
    cap_usd: float
    reserved_usd: float
    spent_usd: float

    @property
    def left_usd(self) -> float:
        """What may still be reserved; never below zero, also where the cap was lowered."""
        return max(self.cap_usd - self.reserved_usd - self.spent_usd, 0.0)


def spending_runs(connection: Connection, period: str | None) -> list[SpendingRun]:
    """The newest 20 runs that could ask a model, of one period or all."""
    with connection.cursor(row_factory=class_row(SpendingRun)) as cursor:
        return cursor.execute(statement("llm/select_spending_runs"), {"period": period}).fetchall()


def costs(connection: Connection, runs: Sequence[int]) -> list[Costs]:
    """Calls, tokens, US dollars and latencies of these runs, the dearest first."""
    with connection.cursor(row_factory=class_row(Costs)) as cursor:
        return cursor.execute(statement("llm/select_costs"), {"runs": list(runs)}).fetchall()


def failings(connection: Connection, runs: Sequence[int]) -> list[Failing]:
    """Why calls of these runs gave no text."""
    with connection.cursor(row_factory=class_row(Failing)) as cursor:
        return cursor.execute(statement("llm/select_failings"), {"runs": list(runs)}).fetchall()


def falls(connection: Connection, runs: Sequence[int]) -> list[Fall]:
    """Texts of these runs that the first model has not written."""
    with connection.cursor(row_factory=class_row(Fall)) as cursor:
        return cursor.execute(statement("llm/select_falls"), {"runs": list(runs)}).fetchall()


def caps(connection: Connection, scopes: Sequence[str]) -> list[Cap]:
    """The caps that were ever opened, of these scopes; see `budget.scopes`."""
    with connection.cursor(row_factory=class_row(Cap)) as cursor:
        return cursor.execute(statement("llm/select_budgets"), {"scopes": list(scopes)}).fetchall()


def usual_usage(connection: Connection, prompts: str) -> dict[tuple[str, bool], Usual]:
    """By model and whether by batch, the mean of the newest paid calls of prompts whose versions begin so."""
    rows = connection.execute(statement("llm/select_usual_usage"), {"prompts": prompts})
    return {(model, by_batch): Usual(*rest) for model, by_batch, *rest in rows}


def free_keys(connection: Connection, keys: Sequence[str], models: Sequence[str]) -> set[str]:
    """Those facts that cost nothing: the ledger has a text, or knows that none of these models can write one."""
    values = {"keys": list(keys), "models": list(models)}
    return {row[0] for row in connection.execute(statement("llm/select_free_keys"), values)}


def call_of(connection: Connection, facts_key: str, model: str) -> dict[str, Any] | None:
    """The call that the ledger's answer came from; None where it has none (any more)."""
    with connection.cursor(row_factory=dict_row) as cursor:
        values = {"facts_key": facts_key, "model": model}
        return cursor.execute(statement("llm/select_call_of_answer"), values).fetchone()


def of_run(
    connection: Connection, run_id: int, table: str, column: str, first: date | datetime
) -> dict[str, Any]:
    """For the run's log row: cost_usd, users by rung, and by rung the reasons why not the first.

    table: where the results are published, with writer and writer_reason; column: its period's, with that value.
    """
    row = connection.execute(statement("llm/select_run_cost"), {"run_id": run_id}).fetchone()
    query = statement("llm/count_writers").format(
        table=sql.Identifier(*table.split(".")), column=sql.Identifier(column)
    )
    rungs: dict[str, int] = {}
    reasons: dict[str, dict[str, int]] = {}
    for writer, reason, users in connection.execute(query, {"run_id": run_id, "first": first}):
        rungs[writer] = rungs.get(writer, 0) + users
        if reason:
            reasons.setdefault(writer, {})[reason] = users
    return {"cost_usd": row[0] if row else 0.0, "rungs": rungs, "reasons": reasons}
