"""`almanac generate | load`: people's data into the warehouse."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from include.core.periods import Week
from include.core.settings import Settings
from include.local import importers, stack
from include.local.console import console
from include.local.processes import StackError

app = typer.Typer()
ATTEMPTS_PER_USER = 40.0


@app.command()
def generate(
    users: Annotated[int, typer.Option(min=1, help="how many people")] = 300,
    weeks: Annotated[int, typer.Option(min=1, help="weeks of history for each")] = 13,
    seed: Annotated[int, typer.Option(help="the same seed gives the same people")] = 1,
    week_of: Annotated[
        str | None, typer.Option(help="Monday after the last week; default: this week's")
    ] = None,
    attempts_per_user: Annotated[
        float,
        typer.Option(min=0, help="answers each on average over all weeks, very unequally; 0 = no learning"),
    ] = ATTEMPTS_PER_USER,
    journals: Annotated[
        bool, typer.Option(help="coaching settings, journals and earlier messages as well")
    ] = True,
) -> None:
    """Fill the warehouse with a generated population."""
    week = Week.parse(week_of) if week_of else this_week()
    generate_population(Settings(), users, weeks, seed, week, attempts_per_user, journals)


@app.command()
def load(
    source: Annotated[str, typer.Argument(help=" | ".join(importers.SOURCES))],
    path: Annotated[Path, typer.Argument(help="a file or folder of that export")],
    to: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="diary: the day it shall end on; default: two days ago"),
    ] = None,
) -> None:
    """Load people's exported data. Malformed rows are kept aside with the reason, and counted."""
    load_export(Settings(), source, path, to.date() if to else None)


def this_week() -> Week:
    return Week.due(datetime.now(UTC))


def generate_population(
    settings: Settings,
    users: int,
    weeks: int,
    seed: int,
    week: Week,
    attempts_per_user: float = ATTEMPTS_PER_USER,
    journals: bool = True,
) -> None:
    """Generate and load; commits."""
    from include.local.population import generate as generate_users

    with stack.warehouse(settings) as connection, console.status(f"Generating {users:,} people"):
        generate_users(
            connection,
            users=users,
            weeks=weeks,
            seed=seed,
            week_of=week.week_of,
            attempts_per_user=attempts_per_user,
            journals=journals,
        )
    console.print(f"Generated {users:,} people with {weeks} weeks of data to {week.sunday}.")


def load_export(settings: Settings, source: str | None, path: Path, to: date | None = None) -> None:
    """Load and report; without a source its form is told from the files. Commits."""
    source = source or importers.detect(path)
    with stack.warehouse(settings) as connection, console.status(f"Loading {path.name} ({source})"):
        report = importers.load(connection, source, path, to=to)
    console.print(
        f"Import {report.import_id} ({source}): {report.rows_read:,} rows read, {report.rows_loaded:,} loaded, "
        f"{report.rows_rejected:,} rejected, {report.users:,} people."
    )
    if report.rows_left_out:
        console.print(
            f"  {report.rows_left_out:,} more rows are of another kind than is loaded; nothing is wrong."
        )
    if report.ignored:
        console.print(f"  Columns that nothing reads: {escape(', '.join(report.ignored))}", soft_wrap=True)
    if report.rows_rejected:
        console.print(
            f"  Why: table app.rejected_rows, import_id {report.import_id}: the line, the reason and the row as it was."
        )


def demo_week(settings: Settings) -> Week:
    """The newest complete week that most people have data for."""
    from include.core.statements import statement

    with stack.warehouse(settings) as connection:
        row = connection.execute(statement("local/select_demo_week")).fetchone()
    if row is None:
        raise StackError(
            "The warehouse holds no complete week of daily data. Load some (almanac load …) or make some "
            "(almanac generate)."
        )
    found: date = row[0]
    return Week(found)
