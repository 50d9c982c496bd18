"""`almanac explain`: from which numbers a brief was made, and whether the source still says the same."""

import json
from datetime import date, timedelta
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer
from psycopg.rows import dict_row
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from include.batch.runs import code_version
from include.core.db import Connection
from include.core.periods import Week
from include.core.settings import Settings
from include.core.statements import statement
from include.intelligence import repo
from include.intelligence.brief import facts_hash
from include.intelligence.fallback import plain_facts
from include.intelligence.job import JOB, isolate
from include.intelligence.metrics import BY_NAME, NAMES
from include.intelligence.models import Facts
from include.intelligence.prompting import facts_document, facts_text, prompt
from include.intelligence.rules.cleaning import BASELINE, WEEK, clean
from include.llm import accounts
from include.llm.client import facts_key
from include.local import stack
from include.local.commands.briefs import select_brief
from include.local.console import console
from include.local.processes import StackError

app = typer.Typer()


class Recomputed(NamedTuple):
    """The same rules over the source as it is now."""

    hash: str | None  # None where there is no source, or the rules fail on it
    source: repo.Source | None
    failure: str | None
    facts: Facts | None = None  # where the rules could decide


@app.command()
def explain(
    user: Annotated[str, typer.Argument(help="external id")],
    week: Annotated[
        str | None, typer.Option(help="Monday of delivery, YYYY-MM-DD; default: the newest")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the same for a program")] = False,
) -> None:
    """The numbers behind one brief: provenance, daily values, evidence, and whether they still agree."""
    with stack.warehouse(Settings()) as connection:
        found = explanation(connection, user, Week.parse(week) if week else None)
    if as_json:
        print(json.dumps(found, indent=2, ensure_ascii=False, default=_as_text))
    else:
        console.print(page(found))


def explanation(connection: Connection, user: str, week: Week | None) -> dict[str, Any]:
    """Everything about one brief, as plain values; StackError where there is none, with the reason."""
    brief = _brief(connection, user, week)
    week = Week.parse(brief["week_of"])
    origin = _rows(connection, "select_provenance", external_id=user, week_of=week.week_of)[0]
    user_id = origin.pop("user_id")
    now = recompute(connection, week, user_id, origin["writer"])
    return {
        "user": user,
        "week_of": week.key,
        "outcome": brief["outcome"],
        "headline": brief["main_story"]["headline"],
        "provenance": origin,
        "facts": {
            "agree": now.hash == origin["facts_hash"],
            "hash_now": now.hash,
            "verdict": verdict(origin, now),
        },
        "metrics": metrics_of(now.source, week, brief["week_stats"]) if now.source else {},
        "text": text_of(connection, origin, now),
        "document": facts_document(now.facts) if now.facts else None,
        "insights": _rows(connection, "select_insights", user_id=user_id, week_of=week.week_of),
        "records": _rows(connection, "select_records", job_name=JOB.name, period=week.key, user_id=user_id),
    }


def _brief(connection: Connection, user: str, week: Week | None) -> dict[str, Any]:
    try:
        return select_brief(connection, user, week)
    except StackError:
        key = {"external_id": user, "job_name": JOB.name, "period": week.key if week else None}
        waiting = _rows(connection, "select_queued_user", **key)
        if not waiting:
            raise
    where = waiting[0]
    attempts = f"{where['retry_count']} of {where['max_retries']} attempts"
    raise StackError(
        f"{user} has no brief for {week and week.key}: {where['status']} in the retry queue after "
        f"{attempts} ({where['last_error']}). See almanac retries."
    )


def _rows(connection: Connection, name: str, **values: Any) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(statement(f"local/{name}"), values)
        return cursor.fetchall()


def recompute(connection: Connection, week: Week, user_id: int, writer: str) -> Recomputed:
    """Read the user's thirteen weeks and decide anew; nothing is stored."""
    cohorts = repo.load_cohorts(connection, week)
    source = next(repo.read_blocks(connection, week, [user_id], cohorts), None)
    if source is None:
        return Recomputed(None, None, None)
    if writer == "fallback":
        return Recomputed(
            facts_hash(plain_facts(user_id, source.block.values[0, WEEK].tolist())), source, None
        )
    facts, _, failures = isolate(source.block, cohorts)
    if failures:
        return Recomputed(None, source, failures[0].reason)
    return Recomputed(facts_hash(facts[0]), source, None, facts[0])


def text_of(connection: Connection, origin: dict[str, Any], now: Recomputed) -> dict[str, Any] | None:
    """The call behind a model's text, found in the ledger by the facts; None where it cannot be found."""
    if now.facts is None or origin["writer"] in ("template", "fallback"):
        return None
    key = facts_key(facts_text(now.facts), prompt(origin["prompt_version"]), origin["provider"])
    return accounts.call_of(connection, key, origin["writer"])


def verdict(origin: dict[str, Any], now: Recomputed) -> str:
    """Whether the facts still agree; if not, what is known of the reason."""
    if now.hash == origin["facts_hash"]:
        return "The source still gives the same facts."
    if now.source is None:
        return "The source has changed since: it holds no day of these thirteen weeks any more."
    newest = now.source.data_through[0]
    if newest > origin["import_id"]:
        return f"The source has changed since: import {newest} is newer than what the brief was made from."
    if now.failure:
        return f"The source has changed since, and gives no facts: {now.failure}."
    if code_version() != origin["code_version"]:
        return (
            f"The facts differ, and so does the code ({origin['code_version']} then, {code_version()} now): "
            "the rules or the source have changed since."
        )
    return "The source has changed since, without an import: days, lab results, dismissals or cohorts."


def metrics_of(source: repo.Source, week: Week, told: dict[str, Any]) -> dict[str, Any]:
    """Per metric what the rules saw: seven daily values (None = no data), and the 28 days before."""
    days, _ = clean(source.block.user_ids, source.block.values)
    dates = [week.monday + timedelta(days=offset) for offset in range(7)]
    found = {}
    for index, name in enumerate(NAMES):
        used = np.where(days.present[0, index], days.x[0, index], np.nan)
        taken_out = ~np.isnan(source.block.values[0, :, index]) & np.isnan(used)
        baseline = used[BASELINE][~np.isnan(used[BASELINE])]
        if not np.isnan(used[WEEK]).all() or len(baseline) or taken_out[BASELINE.start :].any():
            found[name] = {
                "unit": BY_NAME[name].unit,
                "days": {
                    str(day): _plain(value) for day, value in zip(dates, used[WEEK].tolist(), strict=True)
                },
                "taken_out": [str(day) for day, bad in zip(dates, taken_out[WEEK], strict=True) if bad],
                "baseline_days": len(baseline),
                "baseline_mean": round(float(baseline.mean()), 2) if len(baseline) else None,
                "in_the_brief": told.get(name),
            }
    return found


def page(found: dict[str, Any]) -> Group:
    """The explanation for the terminal."""
    colour = "green" if found["facts"]["agree"] else "yellow"
    parts: list[RenderableType] = [
        Text(f"{found['user']} · week of {found['week_of']} · {found['outcome']}", style="bold"),
        Text(found["headline"]),
        _heading("How it was made"),
        _provenance_table(found["provenance"], found["text"]),
        Text(found["facts"]["verdict"], style=colour),
        _heading("The days it was made from"),
        _metrics_table(found["metrics"]),
        _heading("The insights and their evidence"),
        _insights_table(found["insights"]),
        _heading("Cleaned or refused"),
        _records_table(found["records"]) if found["records"] else Text("Nothing."),
    ]
    if is_by_model(found["provenance"]):
        shown = json.dumps(found["document"], ensure_ascii=False, indent=1)
        parts += [_heading("What the model is shown of these facts"), Text(shown, style="dim")]
    if not found["facts"]["agree"]:
        again = f"almanac run {JOB.name} --week {found['week_of']} --users {found['user']}"
        parts.insert(5, Text(f"To make it again: {again}"))
    return Group(*parts)


def _heading(title: str) -> Text:
    return Text(f"\n{title}", style="bold cyan")


def is_by_model(origin: dict[str, Any]) -> bool:
    """Whether a model wrote, or should have."""
    return bool(origin["writer_reason"]) or origin["writer"] not in ("template", "fallback")


def _call_line(text: dict[str, Any]) -> str:
    """'call 12 of run 3, 2026-11-22 06:01 UTC: 1,234 tokens in, 456 out, 5.1 s, 0.0123 USD; asked of: …'."""
    took = f", {text['latency_ms'] / 1000:.1f} s" if text["latency_ms"] else ""
    tokens = f"{text['tokens_in']:,} tokens in, {text['tokens_out'] or 0:,} out"
    how = "in a batch" if text["by_batch"] else "as a message"
    how += ", the second attempt" if text["attempt"] else ""
    return (
        f"call {text['call_id']} of run {text['run_id']}, {_minute(text['created_at'])}, {how}: {tokens}{took}, "
        f"{text['cost_usd']:.6f} USD; asked of: {text['provider'] or 'unknown'}"
    )


def _provenance_table(origin: dict[str, Any], text: dict[str, Any] | None) -> Table:
    table = Table.grid(padding=(0, 2))
    read = f"import {origin['import_id']}"
    if origin["import_source"]:
        read += f", {origin['import_source']} {origin['import_file']}, {_minute(origin['imported_at'])}"
    for label, value in (
        ("run", f"{origin['run_id']}  {origin['job_id'] or ''}"),
        ("made", f"{_minute(origin['generated_at'])} by code {origin['code_version']}"),
        ("writer", f"{origin['writer']}, prompt {origin['prompt_version']}"),
        ("cost", f"{origin['cost_usd']:.6f} USD in this run"),
        ("text", _call_line(text) if text else ""),
        ("not first, for", origin["writer_reason"] or ""),
        ("variant", origin["variant"] or ""),
        ("data through", read),
        ("newest value", f"{origin['days_since_data']} days before the Sunday"),
        ("facts", origin["facts_hash"]),
    ):
        if value:
            table.add_row(f"  [dim]{label}[/]", escape(value))
    return table


def _metrics_table(metrics: dict[str, Any]) -> RenderableType:
    if not metrics:
        return Text("The source holds nothing of them any more.")
    table = Table(box=None, header_style="dim", padding=(0, 1, 0, 0))
    table.add_column("", overflow="fold")
    days = next(iter(metrics.values()))["days"]
    headings = [*(f"{date.fromisoformat(day):%a\n%d}" for day in days), "mean", "28 days\nbefore", "days"]
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for name, row in metrics.items():
        values = [
            "✗" if day in row["taken_out"] else _number(name, value) for day, value in row["days"].items()
        ]
        mean = (row["in_the_brief"] or {}).get("this_week")
        table.add_row(
            f"{BY_NAME[name].label} ({row['unit']})", *values, _number(name, mean),
            _number(name, row["baseline_mean"]), str(row["baseline_days"]),
        )  # fmt: skip
    table.caption = "mean: as the brief tells it; –: no data; ✗: taken out, see below"
    table.caption_justify = "left"
    return table


def _insights_table(insights: list[dict[str, Any]]) -> RenderableType:
    if not insights:
        return Text("None.")
    grid = Table.grid(padding=(0, 1))
    for one in insights:
        evidence = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in one["evidence"].items())
        strength = f"effect {one['effect_size']:.2f}, confidence {one['confidence']:.2f}"
        grid.add_row(f"{one['rank']}.", Text(one["text"]))
        grid.add_row("", Text(f"{one['insight_key']} · {strength} · {evidence}", style="dim"))
    return grid


def _records_table(records: list[dict[str, Any]]) -> Table:
    table = Table("run", "check", "severity", "reason", box=None, header_style="dim")
    for one in records:
        table.add_row(str(one["run_id"]), one["check_name"], one["severity"], escape(one["reason"]))
    return table


def _number(name: str, value: float | None) -> str:
    return "–" if value is None else f"{value:,.{BY_NAME[name].decimals}f}"


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 2)


def _minute(value: Any) -> str:
    return f"{value:%Y-%m-%d %H:%M %Z}" if value else "unfinished"


def _as_text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
