"""`almanac costs`: what texts by a model cost, and what became of the calls."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from include.core.db import Connection
from include.core.periods import Week
from include.core.settings import Settings
from include.llm import accounts, budget
from include.llm.accounts import Cap, Costs, Failing, Fall, SpendingRun
from include.local import stack
from include.local.console import console
from include.local.processes import StackError
from include.local.provider import LABEL

app = typer.Typer()
NOTHING = "–"
SHARES = ("answered", "refused", "lost", "free")


@app.command("costs")
def show_costs(
    week: Annotated[
        str | None, typer.Option(help="Monday of delivery, YYYY-MM-DD; default: the newest run")
    ] = None,
) -> None:
    """What texts by a model cost: by run, model and prompt; why calls gave none; what is left of the caps."""
    period = Week.parse(week).key if week else None
    with stack.warehouse(Settings()) as connection:
        found = accounts.spending_runs(connection, period)
        if not found:
            of_week = f" for {period}" if period else ""
            raise StackError(
                f"No run asked a model{of_week}: the writer is a template, which is free. See almanac writer."
            )
        console.print(costs_page(connection, found, found if period else found[:1]))


def costs_page(
    connection: Connection, found: Sequence[SpendingRun], detailed: Sequence[SpendingRun]
) -> Group:
    """All runs in a line each, then the calls of some of them together."""
    ids = [run.id for run in detailed]
    of_calls = accounts.costs(connection, ids)
    days = {day for run in detailed for day in run.days or ()} | {datetime.now(UTC).date()}
    caps = accounts.caps(connection, cap_scopes(ids, days))
    named = f"run {ids[0]}" if len(ids) == 1 else f"runs {', '.join(map(str, sorted(ids)))}"
    parts: list[RenderableType] = [runs_table(found)]
    parts += _titled("Whose texts the users got", writers_text(detailed))
    parts += _titled(f"Calls of {named}", calls_table(of_calls) if of_calls else None)
    parts += _titled("Tokens and dollars", tokens_table(of_calls) if of_calls else None)
    parts += _titled("Calls that gave no text", failings_table(accounts.failings(connection, ids)))
    parts += _titled(
        "Texts that left the first model", falls_table(accounts.falls(connection, ids), detailed[0].models)
    )
    parts += _titled("Caps", caps_table(caps))
    if any(run.provider == LABEL for run in detailed):
        parts.append(
            Text(f"\nAsked was the {LABEL}: the dollars are what Anthropic would bill.", style="yellow")
        )
    return Group(*parts)


def cap_scopes(runs: Iterable[int], days: Iterable[date]) -> list[str]:
    """The names of the caps of these runs and UTC days."""
    return sorted({scope for run in runs for day in days for scope in budget.scopes(run, day)})


def usd(amount: float) -> str:
    """Cents where there are many, and what a single call costs where there are few."""
    return f"${amount:,.2f}" if amount >= 10 else f"${amount:,.4f}"


def runs_table(found: Sequence[SpendingRun]) -> Table:
    table = _table("run", "period", "writer", "calls", "USD", "of it open")
    for run in found:
        row = (str(run.id), run.period, run.writer, f"{run.calls:,}", usd(run.cost_usd), usd(run.open_usd))
        table.add_row(*row)
    return table


def writers_text(found: Sequence[SpendingRun]) -> Text | None:
    """Who wrote for how many users, run by run; None before any of them is closed."""
    lines = [f"run {run.id}: {texts_line(run.rungs, run.reasons)}" for run in found if run.rungs]
    return Text("\n".join(lines)) if lines else None


def texts_line(rungs: dict[str, int], reasons: dict[str, dict[str, int]]) -> str:
    """'claude-sonnet-5-5 290, template 10 (budget 7, lost 3)': users by who wrote, and why not the first."""
    told = []
    for writer, users in sorted(rungs.items(), key=lambda one: -one[1]):
        why = ", ".join(f"{reason} {count:,}" for reason, count in reasons.get(writer, {}).items())
        told.append(f"{writer} {users:,}" + (f" ({why})" if why else ""))
    return ", ".join(told)


def calls_table(found: Sequence[Costs]) -> Table:
    """How many, what share gave what, and how long the answer took."""
    table = _table("model", "prompt", "calls", *SHARES, "p50", "p95")
    for one in found:
        shares = [_share(getattr(one, name), one.calls) for name in SHARES]
        times = ("batch", "") if one.by_batch else (_seconds(one.p50_ms), _seconds(one.p95_ms))
        table.add_row(one.model, one.prompt_version, f"{one.calls:,}", *shares, *times)
    return table


def tokens_table(found: Sequence[Costs]) -> Table:
    """Tokens as billed; input is what was neither written to the cache nor read from it."""
    table = _table("model", "input", "to cache", "from cache", "output", "USD", "a text")
    for one in found:
        counts = (one.input_tokens, one.cache_write_tokens, one.cache_read_tokens, one.output_tokens)
        a_text = usd(one.cost_usd / one.answered) if one.answered else NOTHING
        table.add_row(one.model, *(f"{count:,}" for count in counts), usd(one.cost_usd), a_text)
    return table


def failings_table(found: Sequence[Failing]) -> Table | None:
    """None where every call gave a text."""
    table = _table("model", "reason", "what it means", "calls", "USD")
    means = {"refused": "paid, of no use", "lost": "counted as paid", "free": "not billed"}
    for one in found:
        table.add_row(one.model, one.reason, means[one.status], f"{one.calls:,}", usd(one.cost_usd))
    return table if found else None


def falls_table(found: Sequence[Fall], models: Sequence[str]) -> Table | None:
    """None where the first model wrote all."""
    table = _table("now with", "reason", "texts", "state")
    for one in found:
        now_with = models[one.rung] if one.rung < len(models) else "template"
        now_with = "template" if one.status == "fallen" else now_with
        table.add_row(now_with, one.reason or NOTHING, f"{one.texts:,}", one.status)
    return table if found else None


def caps_table(found: Sequence[Cap]) -> Table | None:
    """What is spent, set aside for calls on the way, and left; None where nothing was ever reserved."""
    table = _table("of", "cap", "spent", "reserved", "left")
    for cap in found:
        amounts = (cap.cap_usd, cap.spent_usd, cap.reserved_usd, cap.left_usd)
        table.add_row(cap.scope.replace(":", " "), *map(usd, amounts))
    return table if found else None


def _table(*headings: str) -> Table:
    """Text columns to the left, numbers to the right."""
    words = {"model", "prompt", "writer", "period", "reason", "what it means", "now with", "state", "of"}
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    for heading in headings:
        left = heading in words
        table.add_column(heading, justify="left" if left else "right", no_wrap=heading != "what it means")
    return table


def _titled(title: str, body: RenderableType | None) -> list[RenderableType]:
    return [Text(f"\n{title}", style="bold cyan"), body if body is not None else Text("None.")]


def _share(part: int, whole: int) -> str:
    return "100%" if part == whole else f"{part / whole:.1%}"


def _seconds(milliseconds: float | None) -> str:
    return NOTHING if milliseconds is None else f"{milliseconds / 1000:.2f} s"
