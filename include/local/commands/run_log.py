"""`almanac runs | diff`: what ran, and two runs side by side."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple

import typer
from psycopg.rows import class_row
from rich.markup import escape
from rich.table import Table

from include.batch import distribution, runs
from include.batch.distribution import Profile
from include.core.db import Connection
from include.core.settings import Settings
from include.core.statements import statement
from include.local import stack
from include.local.commands.costs import texts_line, usd
from include.local.console import console
from include.local.processes import StackError

app = typer.Typer()
JobFilter = Annotated[str | None, typer.Option("--job", help="only this job; default: all")]
NOTHING = "–"


class LoggedRun(NamedTuple):
    """A row of ops.job_execution_log."""

    id: int
    job_name: str
    job_id: str
    period: str
    status: str
    started_at: datetime
    duration_seconds: float | None
    users_processed: int
    users_successful: int
    users_failed: int
    error_message: str | None
    metadata: dict[str, Any]

    @property
    def scope(self) -> str:
        return str(self.metadata.get("request", {}).get("scope", NOTHING))

    @property
    def eligible(self) -> int:
        """Eligible users of all waves, as the run found them."""
        return int(self.metadata.get("members", 0)) + int(self.metadata.get("deferred", 0))


@app.command("runs")
def list_runs(job: JobFilter = None) -> None:
    """The last 20 runs: what they made, and the ids by which `diff` knows them."""
    with stack.warehouse(Settings()) as connection:
        found = select_runs(connection, job_name=job)
    if not found:
        of_job = f" of {job}" if job else ""
        raise StackError(f"No run{of_job} yet: almanac run weekly_intelligence --week <Monday>")
    console.print(runs_table(found))
    console.print("\nThe runs as Airflow knows them, DAG:run:")
    width = max(len(str(one.id)) for one in found)
    for one in found:
        console.print(f"{one.id:>{width}} {escape(one.job_id)}", soft_wrap=True)  # whole, to be copied
    for one in found:
        if one.metadata.get("rungs"):
            told = texts_line(one.metadata["rungs"], one.metadata["reasons"])
            console.print(f"{one.id:>{width}} {usd(one.metadata['cost_usd'])}: {told}", soft_wrap=True)
    for one in found:
        if one.error_message:
            console.print(f"[red]{one.id}[/] {escape(one.error_message)}", soft_wrap=True)


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="id or job_id of a run; see `almanac runs`")],
    after: Annotated[str, typer.Argument(help="the run to compare with it")],
) -> None:
    """Two runs side by side: counts, code, and how far each metric moved between their sources."""
    with stack.warehouse(Settings()) as connection:
        one, two = find_run(connection, before), find_run(connection, after)
        if one.job_name != two.job_name:
            raise StackError(
                f"Run {one.id} is one of {one.job_name}, run {two.id} one of {two.job_name}: "
                "name two of one job."
            )
        profiles = [
            distribution.profiles(connection, runs.load_run(connection, run.id)) for run in (one, two)
        ]
    console.print(counts_table(one, two))
    missing = [str(run.id) for run, profile in zip((one, two), profiles, strict=True) if not profile]
    if missing:
        raise StackError(
            f"Run {' and '.join(missing)} kept no profile of the source: only runs that came to process "
            "whole shards do (not retries, not repairs). Choose another with `almanac runs`."
        )
    console.print(profile_table(one, two, *profiles))
    _say_gate(one, two, *profiles)


def select_runs(
    connection: Connection, *, job_name: str | None = None, run: str | None = None
) -> list[LoggedRun]:
    """The newest 20 runs, of one job or all; or the one run that is asked for."""
    with connection.cursor(row_factory=class_row(LoggedRun)) as cursor:
        cursor.execute(statement("local/select_runs"), {"job_name": job_name, "run": run})
        return cursor.fetchall()


def find_run(connection: Connection, key: str) -> LoggedRun:
    """The run of an id or job_id; where there is none, an error that names the newest."""
    found = select_runs(connection, run=key)
    if found:
        return found[0]
    latest = ", ".join(f"{run.id} ({run.period}, {run.status})" for run in select_runs(connection)[:3])
    there = f"The newest are {latest}; `almanac runs` lists more." if latest else "Nothing has run yet."
    raise StackError(f"There is no run {key!r}. {there}")


def runs_table(found: list[LoggedRun]) -> Table:
    """One line a run, within 80 columns."""
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    for heading in ("id", "period", "scope", "status", "started (UTC)", "took", "users", "failed"):
        right = heading in ("id", "took", "users", "failed")
        table.add_column(heading, no_wrap=True, justify="right" if right else "left")
    for one in found:
        table.add_row(
            str(one.id), one.period, one.scope, status_text(one.status), moment(one.started_at),
            duration(one.duration_seconds), f"{one.users_processed:,}", f"{one.users_failed:,}",
        )  # fmt: skip
    return table


def counts_table(one: LoggedRun, two: LoggedRun) -> Table:
    """The log rows of two runs, one line a column."""
    table = Table("", f"run {one.id}", f"run {two.id}", box=None, header_style="bold")
    for label, show in _COUNTS:
        table.add_row(label, escape(show(one)), escape(show(two)))
    return table


_COUNTS: tuple[tuple[str, Callable[[LoggedRun], str]], ...] = (
    ("period", lambda run: run.period),
    ("scope", lambda run: run.scope),
    ("status", lambda run: run.status),
    ("started (UTC)", lambda run: moment(run.started_at)),
    ("took", lambda run: duration(run.duration_seconds)),
    ("code", lambda run: str(run.metadata.get("code_version", NOTHING))),
    ("eligible, all waves", lambda run: f"{run.eligible:,}"),
    ("processed", lambda run: f"{run.users_processed:,}"),
    ("successful", lambda run: f"{run.users_successful:,}"),
    ("failed", lambda run: f"{run.users_failed:,}"),
    ("outcomes", lambda run: _outcomes(run.metadata.get("outcomes", {}))),
    ("shards", lambda run: str(run.metadata.get("shards", NOTHING))),
)


def profile_table(
    one: LoggedRun, two: LoggedRun, before: Mapping[str, Profile], now: Mapping[str, Profile]
) -> Table:
    """Per metric: users with a value, the mean of their weekly means, and what the gate says to it."""
    table = Table("metric", box=None, header_style="bold")
    runs_of = [f"{what}\nrun {run.id}" for what in ("share", "mean") for run in (one, two)]
    for heading in (*runs_of, "move"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("gate")
    empty = Profile(0, 0, 0.0, 0.0)
    for metric in dict.fromkeys([*before, *now]):
        then, later = before.get(metric, empty), now.get(metric, empty)
        if then.with_value or later.with_value:
            moved = distribution.compare({metric: later}, [{metric: then}])
            table.add_row(
                metric, f"{then.share:.0%}", f"{later.share:.0%}", _mean(then), _mean(later),
                _move(then, later), _verdict(moved),
            )  # fmt: skip
    return table


def moment(value: datetime) -> str:
    """In UTC, to the minute."""
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"


def duration(seconds: float | None) -> str:
    if seconds is None:
        return NOTHING
    return f"{seconds:,.1f} s" if seconds < 120 else f"{seconds / 60:,.1f} min"


def status_text(status: str) -> str:
    colour = {"completed": "green", "failed": "red", "running": "yellow"}.get(status, "dim")
    return f"[{colour}]{status}[/]"


def _outcomes(counted: dict[str, int]) -> str:
    return ", ".join(f"{users:,} {outcome}" for outcome, users in sorted(counted.items())) or NOTHING


def _mean(profile: Profile) -> str:
    return f"{profile.mean:,.4g}" if profile.with_value else NOTHING


def _move(before: Profile, now: Profile) -> str:
    if not (before.with_value and now.with_value) or before.mean == 0:
        return NOTHING
    return f"{now.mean / before.mean - 1:+.1%}"


def _verdict(moved: list[distribution.Moved]) -> str:
    return "; ".join(
        f"[red]would stop[/]: {one.reading}"
        if one.blocks
        else f"[yellow]moved[/], too few users to stop: {one.reading}"
        for one in moved
    )


def _say_gate(
    one: LoggedRun, two: LoggedRun,
    before: Mapping[str, Profile], now: Mapping[str, Profile],
) -> None:  # fmt: skip
    """Whether publication of the second run would stop, were the first the only week before it."""
    moved = distribution.compare(now, [before])
    if one.scope == two.scope == "all":
        moved += distribution.compare_volume(two.eligible, [one.eligible])
    stops = [str(found) for found in moved if found.blocks]
    if stops:
        moves = "; ".join(stops)
        console.print(f"[red]The gate would stop run {two.id} after {one.id}[/]: {moves}", soft_wrap=True)
    else:
        console.print(f"Nothing here would stop run {two.id} after {one.id}.")
    gate = two.metadata.get("gate", {})
    if gate.get("blocked"):
        moves = "; ".join(gate["moved"])
        console.print(f"It was stopped, against up to four weeks before it: {moves}", soft_wrap=True)
