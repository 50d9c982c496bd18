"""`almanac writer`: who writes a job's texts, and what that may cost."""

import json
from typing import Annotated, Any, get_args

import typer
from rich.markup import escape
from rich.table import Table

from include.core.db import Connection
from include.core.settings import Settings
from include.jobs import WRITINGS, load_writing
from include.llm import ledger, prices
from include.llm.models import WriterName, WriterSettings
from include.local import stack
from include.local.console import console
from include.local.processes import StackError
from include.local.provider import LABEL, Provider

app = typer.Typer()
WRITERS = get_args(WriterName)
TO = {
    "none": "nobody: the connection almanac_anthropic has no key",
    "fake": LABEL,
    "own": "the connection almanac_anthropic",
    "unknown": "the connection almanac_anthropic of your own Airflow, which cannot be seen from here",
}
NO_PROVIDER = (
    "A model writes only where somebody is there to ask. Offline, and free: almanac up --provider fake. "
    "Anthropic: give the connection almanac_anthropic a key before `almanac up` (docs/operations.md, "
    '"Choosing a writer"). Nothing was changed.'
)


@app.command()
def writer(
    job: Annotated[str, typer.Argument(help="e.g. weekly_intelligence")],
    name: Annotated[str | None, typer.Argument(metavar="WRITER", help=" | ".join(WRITERS))] = None,
    model: Annotated[
        list[str] | None, typer.Option(help="the ladder: repeatable, the first is asked first")
    ] = None,
    run_cap: Annotated[float | None, typer.Option(min=0, help="US dollars a run may cost")] = None,
    day_cap: Annotated[
        float | None, typer.Option(min=0, help="US dollars all runs of a UTC day may cost")
    ] = None,
    in_flight: Annotated[int | None, typer.Option(min=1, help="messages at once, at most")] = None,
    queue_limit: Annotated[
        int | None, typer.Option(min=1, help="requests in unfinished batches, at most; by your tier")
    ] = None,
    experiment: Annotated[
        str | None,
        typer.Option(help='{"name": …, "variants": {variant: prompt version}}, or none'),
    ] = None,
) -> None:
    """Show who writes a job's texts, or choose; what is not named stays. Takes effect with the next run."""
    require_writing(job)
    settings = Settings()
    provider = stack.provider_of(settings)
    with stack.warehouse(settings) as connection:
        given = {
            "writer": name,
            "models": tuple(model) if model else None,
            "run_cap_usd": run_cap,
            "day_cap_usd": day_cap,
            "in_flight": in_flight,
            "queue_limit": queue_limit,
        }
        changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
        if experiment is not None:
            changes["experiment"] = experiment_of(job, experiment)
        if changes:
            choose(connection, job, changes, provider)
        now = ledger.settings_of(connection, job)
    console.print(settings_table(now, provider))


def note_missing_provider(settings: Settings) -> None:
    """Say so where a model is chosen and nobody is there to ask: the next run would find out the slow way."""
    if stack.provider_of(settings) == "none":
        with stack.warehouse(settings) as connection:
            chosen = {job: ledger.settings_of(connection, job).writer for job in WRITINGS}
        for job in (job for job, name in chosen.items() if name != "template"):
            console.print(
                f"[yellow]The writer of {job} is {chosen[job]}, but nobody is there to ask[/]: almanac up "
                f"--provider fake, or almanac writer {job} template.",
                soft_wrap=True,
            )


def require_writing(job: str) -> None:
    """An error where the job has no texts that a model could write."""
    if job not in WRITINGS:
        raise StackError(f"{job!r} is no job with texts; there is: {', '.join(sorted(WRITINGS))}.")


def choose(connection: Connection, job: str, changes: dict[str, Any], provider: Provider) -> None:
    """Change these of the job's settings; refused where nobody is there who could write."""
    wanted = changes.get("writer")
    if wanted is not None and wanted not in WRITERS:
        raise StackError(f"{wanted!r} is no writer; use one of {', '.join(WRITERS)}.")
    if wanted in ("messages", "batches") and provider == "none":
        raise StackError(NO_PROVIDER)
    try:
        ledger.choose_writer(connection, job, ledger.settings_of(connection, job)._replace(**changes))
    except prices.UnknownModel as error:
        raise StackError(f"{error}. Nothing was changed.") from None


def experiment_of(job: str, text: str) -> dict[str, Any] | None:
    """The experiment that a text names; each variant's prompt has to be there."""
    if text == "none":
        return None
    try:
        asked = json.loads(text)
        name, variants = asked["name"], dict(asked["variants"])
    except (ValueError, TypeError, KeyError):
        raise StackError(
            '--experiment is JSON like {"name": "tone", "variants": {"plain": "weekly-1", "warm": "weekly-2"}}, '
            "or none to end one."
        ) from None
    if not (isinstance(name, str) and name and variants):
        raise StackError("--experiment needs a name and at least one variant.")
    writing = load_writing(job)
    for variant, version in variants.items():
        try:
            writing.prompt(version)
        except (OSError, TypeError):
            raise StackError(f"Variant {variant!r}: there is no prompt {version!r}.") from None
    return {"name": name, "variants": variants}


def settings_table(now: WriterSettings, provider: Provider) -> Table:
    """The settings in words."""
    table = Table.grid(padding=(0, 2))
    rows: list[tuple[str, str]] = [("writer", now.writer)]
    if now.writer == "template":
        rows.append(("", "texts from templates: offline, free; what follows is for when a model writes"))
    rows += [
        ("models", f"{', then '.join(now.models)}, then the template"),
        ("caps", f"${now.run_cap_usd:,.2f} a run, ${now.day_cap_usd:,.2f} a UTC day"),
        ("at once", f"{now.in_flight:,} messages, or {now.queue_limit:,} requests in batches, at most"),
        ("experiment", json.dumps(now.experiment) if now.experiment else "none"),
        ("asked is", TO[provider]),
        ("prices", f"as of {prices.table()['as_of']}"),
    ]
    for label, value in rows:
        table.add_row(f"[dim]{label}[/]", escape(value))
    return table
