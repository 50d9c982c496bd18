"""`almanac up | down | status | migrate | airflow`."""

import os
import sys
from typing import Annotated, Literal

import typer
from rich.table import Table

from include.core.settings import Settings
from include.local import stack
from include.local.commands.writer import note_missing_provider
from include.local.console import console
from include.local.provider import LABEL

app = typer.Typer()
COLOURS = {"running": "green", "given": "blue", "stopped": "dim", "stale": "red"}


@app.command()
def up(
    provider: Annotated[
        Literal["fake"] | None, typer.Option(help=f"who stands in for Anthropic: the {LABEL}")
    ] = None,
) -> None:
    """Start the embedded stack, or what of it does not run: PostgreSQL, Redis, Airflow, the read API."""
    settings = Settings()
    stack.up(settings, say, with_fake_provider=provider == "fake")
    show_addresses(settings)
    note_missing_provider(settings)


@app.command()
def down() -> None:
    """Stop every process that `up` started. Data and logs stay."""
    if not stack.down(Settings(), say):
        console.print("Nothing was running.")


@app.command()
def status() -> None:
    """What runs, where, and under which process id."""
    table = Table("part", "state", "pid", "where", box=None, header_style="bold")
    for part in stack.status(Settings()):
        state = f"[{COLOURS[part.state]}]{part.state}[/]"
        table.add_row(part.name, state, str(part.pid or ""), part.detail)
    console.print(table)


@app.command()
def migrate() -> None:
    """Bring the warehouse to the newest schema: the embedded one, or that of ALMANAC_DATABASE_URL."""
    console.print(f"{stack.migrate_warehouse(Settings())} has the newest schema.", soft_wrap=True)


@app.command(context_settings={"ignore_unknown_options": True})
def airflow(
    arguments: Annotated[list[str], typer.Argument(help="e.g. -- dags list")],
) -> None:
    """Airflow's own command against the embedded Airflow: almanac airflow -- backfill create --help"""
    settings = Settings()
    stack.require_embedded_airflow(settings)
    command = [sys.executable, "-m", "airflow", *arguments]
    # Becomes that command: signals, terminal and exit code are its own.
    os.execve(command[0], command, stack.airflow_environment(settings))  # noqa: S606


def say(line: str) -> None:
    console.print(f"[dim]·[/] {line}")


def show_addresses(settings: Settings) -> None:
    """Where to look, with which login, and who writes."""
    where = stack.urls(settings)
    login = f"user {settings.airflow_user}"
    if not settings.airflow_url:
        login += f", password {settings.airflow_password}"
    console.print(f"Airflow   {where.airflow}   ({login})", soft_wrap=True)
    console.print(f"Read API  {where.api}/healthz", soft_wrap=True)
    person = "" if settings.api_url else stack.shown_person(settings)
    login = f"{person} without a token" if person else "sign in with what `almanac token USER` prints"
    console.print(f"Pages     {where.api}/   ({login})", soft_wrap=True)
    if stack.provider_of(settings) == "fake":
        console.print(f"Provider  {where.fake_provider}   [yellow]{LABEL}[/]", soft_wrap=True)
