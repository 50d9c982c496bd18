"""`almanac health | retries | dead-letters | flag`: looking after the batches."""

import time
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from include.batch import flags, retries
from include.core import monitor
from include.core.db import Connection
from include.core.settings import Settings
from include.core.statements import statement
from include.jobs import JOBS
from include.local import stack
from include.local.commands.run_log import NOTHING, JobFilter, moment
from include.local.console import console
from include.local.processes import StackError

app = typer.Typer()


@app.command()
def health(
    job: Annotated[str, typer.Option(help="which batch")] = "weekly_intelligence",
) -> None:
    """Whether a batch does what it should; exits 1 when it does not."""
    require_job(job)
    settings = Settings()
    with stack.warehouse(settings) as connection:
        recent = monitor.recent_runs(connection, job, datetime.now(UTC))
    found = monitor.readings(recent, read_cache(settings))
    healthy = monitor.is_healthy(found)
    console.print(readings_table(found))
    for reading in found:
        if not reading.met:
            advice = monitor.ADVICE[reading.name].format(job=job)
            console.print(f"[yellow]{reading.name}[/]: {escape(advice)}", soft_wrap=True)
    console.print(f"{job} is {'[green]healthy[/]' if healthy else '[red]unhealthy[/]'}.")
    if not healthy:
        raise typer.Exit(1)


@app.command("retries")
def list_retries(job: JobFilter = None) -> None:
    """The retry queue: how many users wait for what, when their next attempt is due, and why."""
    found = _queue("pending", job)
    if not found:
        console.print("Nobody waits for another attempt.")
        return
    table = Table("job", "period", "users", "due now", "next attempt (UTC)", "attempts", "reason",
                  box=None, header_style="bold")  # fmt: skip
    for name, period, users, due, next_at, _, count, most, reason in found:
        table.add_row(
            name, period, f"{users:,}", f"{due:,}", moment(next_at), f"{count} of {most}", escape(reason)
        )
    console.print(table)
    waiting, due = sum(row[2] for row in found), sum(row[3] for row in found)
    console.print(f"{waiting:,} users wait, {due:,} of them are due: retry_failed_users takes them, hourly.")


@app.command("dead-letters")
def dead_letters(
    job: JobFilter = None,
    users: Annotated[bool, typer.Option("--users", help="who they are, by external id")] = False,
    replay: Annotated[bool, typer.Option("--replay", help="give all of them all attempts again")] = False,
) -> None:
    """Users who failed in every attempt, and why; a fallback brief stands in for them."""
    if replay and job:
        raise StackError("--replay takes the dead letters of every job; leave --job out.")
    found = _queue("dead", job)
    if not found:
        console.print("No dead letters.")
        return
    console.print(_dead_users(job) if users else _dead_reasons(found))
    if replay:
        with stack.warehouse(Settings()) as connection:
            revived = retries.replay(connection, datetime.now(UTC))
        console.print(f"{revived:,} users are due again; retry_failed_users takes them within the hour.")
    else:
        console.print("Mend the cause, then: almanac dead-letters --replay")


@app.command()
def flag(
    job: Annotated[str, typer.Argument(help="e.g. weekly_intelligence")],
    state: Annotated[str | None, typer.Argument(help=" | ".join(flags.STATES))] = None,
    percent: Annotated[int | None, typer.Option(min=0, max=100, help="of the users, for percent")] = None,
    users: Annotated[str | None, typer.Option(help="external ids with commas, for listed")] = None,
) -> None:
    """Show a job's roll-out, or change it; takes effect with the next run."""
    require_job(job)
    if state is None and (percent is not None or users is not None):
        raise StackError("--percent and --users go with a state: almanac flag JOB percent --percent 10")
    with stack.warehouse(Settings()) as connection:
        if state is not None:
            change_flag(connection, job, state, percent, users)
        now = flags.flag_of(connection, job)
        listed = external_ids(connection, now.listed)
    console.print(f"{job}: {flag_text(now)}", soft_wrap=True)
    if listed:
        console.print(f"Listed: {escape(', '.join(listed))}", soft_wrap=True)


def require_job(name: str) -> None:
    if name not in JOBS:
        raise StackError(f"There is no job {name!r}; there is: {', '.join(sorted(JOBS))}.")


def read_cache(settings: Settings) -> monitor.CacheReads | None:
    """None where Redis does not answer."""
    import redis

    url = stack.urls(settings).redis
    try:
        with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as client:
            return monitor.cache_reads(client, time.time())
    except redis.RedisError:
        where = stack.without_password(url)
        console.print(f"Redis does not answer at {where}: readers use PostgreSQL alone.", soft_wrap=True)
        return None


def readings_table(found: list[monitor.Reading]) -> Table:
    table = Table("reading", "value", "wanted", "", box=None, header_style="bold")
    for name, value, bound, met in found:
        shown = "never" if value == float("inf") else f"{round(value, 3):,.4g} {bound.unit}"
        table.add_row(name, shown, str(bound), "[green]met[/]" if met else "[red]not met[/]")
    return table


def change_flag(connection: Connection, job: str, state: str, percent: int | None, users: str | None) -> None:
    """Set the flag; a percentage or list that is not given stays what it was."""
    if state not in flags.STATES:
        raise StackError(f"{state!r} is no roll-out state; use one of {', '.join(flags.STATES)}.")
    current = flags.flag_of(connection, job)
    percent = current.percent if percent is None else percent
    named = external_ids(connection, current.listed) if users is None else _names(users)
    if state == "listed" and not named:
        raise StackError("Nobody is listed: name them with --users, external ids with commas.")
    unknown = connection.execute(statement("batch/select_unknown_users"), {"users": named}).fetchall()
    if unknown:
        names = ", ".join(row[0] for row in unknown[:5])
        raise StackError(f"No such user: {names}. Use the ids of the source; nothing was changed.")
    flags.set_flag(connection, job, state, percent, named)


def flag_text(flag: flags.Flag) -> str:
    """The roll-out in words."""
    return {
        "off": "off, for nobody",
        "listed": f"on for {len(flag.listed):,} listed users",
        "percent": f"on for {flag.percent} % of the users",
        "all": "on for all users",
    }[flag.state]


def external_ids(connection: Connection, user_ids: list[int]) -> list[str]:
    return [row[0] for row in connection.execute(statement("local/select_external_ids"), {"users": user_ids})]


def _names(users: str) -> list[str]:
    return [name.strip() for name in users.split(",") if name.strip()]


def _queue(status: str, job: str | None) -> list[tuple[Any, ...]]:
    values = {"status": status, "job_name": job, "now": datetime.now(UTC)}
    with stack.warehouse(Settings()) as connection:
        return connection.execute(statement("local/select_queue"), values).fetchall()


def _dead_reasons(found: list[tuple[Any, ...]]) -> Table:
    table = Table(
        "job", "period", "users", "gave up (UTC)", "attempts", "reason", box=None, header_style="bold"
    )
    for name, period, users, _, _, died_at, count, _, reason in found:
        gave_up = moment(died_at) if died_at else NOTHING
        table.add_row(name, period, f"{users:,}", gave_up, str(count), escape(reason))
    return table


def _dead_users(job: str | None) -> Table:
    table = Table("job", "period", "user", "gave up (UTC)", "reason", box=None, header_style="bold")
    with stack.warehouse(Settings()) as connection:
        rows = connection.execute(statement("local/select_dead_users"), {"job_name": job}).fetchall()
    for name, period, user, died_at, reason in rows:
        table.add_row(name, period, escape(user), moment(died_at) if died_at else NOTHING, escape(reason))
    return table
