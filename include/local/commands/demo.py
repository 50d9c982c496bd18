"""`almanac demo`: everything once, from an empty folder to a brief on the screen."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from include.core.periods import Week
from include.core.settings import Settings
from include.core.statements import statement
from include.llm import accounts, ledger
from include.llm.models import WriterName
from include.local import coaching_demo, learning_demo, stack
from include.local.brief_page import brief_page
from include.local.commands import briefs, costs, data, runs
from include.local.commands.stack import say, show_addresses
from include.local.console import console
from include.local.learning_demo import Planned
from include.local.processes import StackError
from include.local.provider import LABEL

app = typer.Typer()
DAG = "weekly_intelligence"
SEED = 1
HISTORY_WEEKS = 13


@app.command()
def demo(
    source: Annotated[
        Path | None, typer.Option(help="a folder of exported data; default: generated people")
    ] = None,
    users: Annotated[int, typer.Option(min=1, help="how many to generate without a source")] = 300,
    weeks: Annotated[int, typer.Option(min=1, help="how many weeks to run, the last ones")] = 2,
    writer: Annotated[WriterName, typer.Option(help=f"by a model: offline, by the {LABEL}")] = "template",
) -> None:
    """Start the stack, bring people in, run their last weeks in Airflow, show one brief."""
    began = time.monotonic()
    settings = Settings()
    _require_fake_provider(settings, writer)
    if source is not None and not source.exists():
        raise StackError(f"There is nothing at {source}; name a folder of exported data.")
    stack.up(settings, say, with_fake_provider=writer != "template")
    _choose_writer(settings, writer)
    if source is None:
        data.generate_population(settings, users, HISTORY_WEEKS, SEED, data.this_week())
    else:
        data.load_export(settings, None, source)
    found = learning_demo.what_there_is(settings)
    last = _run_weeks(settings, weeks) if found.daily_data or found.last_answer is None else None
    tick = coaching_demo.busiest_tick(settings)
    learning_demo.run_all(settings, found, [Planned(coaching_demo.DAG, tick)] if tick else [])
    if tick is not None:
        coaching_demo.show_message(settings, tick)
    _show_person(settings)
    if last is not None:
        _show(settings, last)
    else:
        show_addresses(settings)
    if writer != "template":
        _show_costs(settings)
    console.print(f"\nThat took {time.monotonic() - began:.0f} s. Stop everything with: make down")


def _run_weeks(settings: Settings, weeks: int) -> Week:
    """Make the last weeks' briefs; returns the last."""
    last = data.demo_week(settings)
    for week in (
        last.before(back) for back in reversed(range(weeks))
    ):  # the gate compares with the one before
        runs.run_period(settings, DAG, week, {}, wait=True)
    return last


def _show_person(settings: Settings) -> None:
    """Let the pages show the person who has most to look at."""
    if settings.api_url:
        return
    with stack.warehouse(settings) as connection:
        row = connection.execute(statement("local/select_demo_login")).fetchone()
    if row is not None:
        stack.show_person(settings, row[0], say)


def _require_fake_provider(settings: Settings, writer: WriterName) -> None:
    if writer != "template" and settings.airflow_url:
        raise StackError(
            f"The demo writes by the {LABEL}, which an Airflow of your own (ALMANAC_AIRFLOW_URL) does not ask. "
            "Leave that setting out, or WRITER."
        )


def _choose_writer(settings: Settings, writer: WriterName) -> None:
    """The demo spends nothing, whatever was chosen before: a template, or the fake provider."""
    with stack.warehouse(settings) as connection:
        chosen = ledger.settings_of(connection, DAG)
        if chosen.writer != writer:
            ledger.choose_writer(connection, DAG, chosen._replace(writer=writer))
            say(f"The writer of {DAG} is {writer} now, it was {chosen.writer}")
    if writer != "template":
        console.print(
            f"[yellow]The texts come from a {LABEL}: what they read like says nothing of a model.[/]"
        )


def _show_costs(settings: Settings) -> None:
    with stack.warehouse(settings) as connection:
        found = accounts.spending_runs(connection, None)
        console.print("\n[bold]What it would have cost[/]")
        console.print(costs.costs_page(connection, found, found[:1]))


def _show(settings: Settings, week: Week) -> None:
    """One brief in full, and how to see the others."""
    with stack.warehouse(settings) as connection:
        row = connection.execute(
            statement("local/select_showcase_user"), {"week_of": week.week_of}
        ).fetchone()
        if row is None:
            raise StackError(f"The runs ended, but nothing is published for {week.key}; see almanac status.")
        user: str = row[0]
        console.print(brief_page(user, briefs.select_brief(connection, user, week)))
        origin = briefs.select_provenance(connection, user, week.key)
        console.print(briefs.written_by(origin), style="dim", soft_wrap=True)
    show_addresses(settings)
    token = briefs.issue_token(settings, user, datetime.now(UTC))
    url = f"{stack.urls(settings).api}/api/v1/weekly-brief/{week.key}"
    console.print(f"\ncurl -H 'Authorization: Bearer {token}' \\\n  {url}", soft_wrap=True)
    console.print(f"\n.venv/bin/almanac brief {user} --week {week.key}", soft_wrap=True)
