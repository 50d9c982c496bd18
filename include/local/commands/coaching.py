"""`almanac coaching …`: who is due, how a user stands, a message on trial, the next day's load, calibration.

Nothing here is stored and nothing reaches a user: every command but the chart's file only reads.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from psycopg.rows import dict_row

from include.batch.flags import flag_of, is_on
from include.coaching import coach, repo
from include.coaching.calibration.chart import chart
from include.coaching.calibration.curve import points
from include.coaching.calibration.repo import newest_week, read_weeks
from include.coaching.job import JOB, RULES_FAIL
from include.coaching.models import Due, Outcome, Plan
from include.coaching.rules import schedule
from include.coaching.rules.forecast import forecast
from include.core.db import Connection
from include.core.periods import Hour, Week
from include.core.settings import Settings
from include.core.statements import statement
from include.local import stack
from include.local.coaching_page import (
    WRITE,
    Eligible,
    calibration_line,
    calibration_table,
    eligible_table,
    forecast_table,
    moment,
    rows_table,
    standing_table,
    trial,
)
from include.local.console import console
from include.local.processes import StackError

app = typer.Typer()
coaching = typer.Typer(no_args_is_help=True, help="coaching messages: who is due, and how they are made")
app.add_typer(coaching, name="coaching")

At = Annotated[str | None, typer.Option(help="an hour in UTC, e.g. 2026-03-04T08:00; default: this hour")]
User = Annotated[str, typer.Argument(help="external id")]


@coaching.command("list-eligible")
def list_eligible(
    at: At = None, limit: Annotated[int, typer.Option(min=1, help="users shown, longest due first")] = 20
) -> None:
    """Who is due at a tick, and what the tick would do with each."""
    tick = tick_of(at)
    with reading() as connection:
        found = [Eligible(name, due, schedule.plan(due, tick)) for name, due in select_due(connection, tick)]
    console.print(eligible_table(found[:limit], tick))
    if limit < len(found):
        console.print(f"… and {len(found) - limit:,} more: --limit {len(found)}", style="dim")
    counts = Counter(str(one.plan.outcome or WRITE) for one in found)
    told = ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items()))
    console.print(f"{tick:%Y-%m-%d %H:%M} UTC: {len(found):,} due" + (f" ({told})." if found else "."))


@coaching.command("user-status")
def user_status(
    user: User, limit: Annotated[int, typer.Option(min=1, help="attempts and safety rows shown")] = 10
) -> None:
    """A user's settings, schedule, last messages and what the screen held back; no text of anybody."""
    with reading() as connection:
        standing = select_user(connection, user)
        values = {"user_id": standing["user_id"], "limit": limit}
        messages = _rows(connection, "local/select_coaching_messages", values)
        held = _rows(connection, "local/select_coaching_safety", values)
    console.print(standing_table(user, standing))
    console.print(rows_table("Attempts at messages", messages, "No message was ever tried."))
    console.print(rows_table("Held back by the screen", held, "The screen never held anything back."))


@coaching.command("test-user")
def try_user(
    user: User,
    at: At = None,
    bypass_checks: Annotated[
        bool, typer.Option("--bypass-checks", help="although not due, or outside the window")
    ] = False,
) -> None:
    """Make one user's message and show how it came about. Nothing is stored, no model is asked.

    The safety screen and an opt-out are never bypassed.
    """
    tick = tick_of(at)
    with reading() as connection:
        due = require_enabled(connection, user)
        planned = plan_of(user, due, tick, bypass_checks)
        (source,) = repo.read_sources(connection, [due], tick)
    try:
        made = coach.coach(source, planned, tick)
    except RULES_FAIL as failure:  # its text may hold what the user wrote
        name = type(failure).__name__
        raise StackError(f"The rules fail on {user} with {name}; a tick would count a failed try.") from None
    console.print(trial(user, made, tick))


@coaching.command("test-scheduler")
def try_scheduler(
    at: At = None, ticks: Annotated[int, typer.Option(min=1, max=24 * 14, help="hours looked ahead")] = 24
) -> None:
    """What the next ticks will find due, as if every message were sent. Nothing is planned by it."""
    first = tick_of(at)
    with reading() as connection:
        until = first + timedelta(hours=ticks - 1)
        users = [due for _, due in select_due(connection, until)]
    found = forecast(users, first, ticks)
    console.print(forecast_table(found))
    sent = sum(tick.outcomes[Outcome.SENT] for tick in found)
    console.print(f"{len(users):,} users fall due within {ticks} ticks; {sent:,} messages to write.")


@coaching.command()
def calibration(
    week: Annotated[
        str | None, typer.Option(help="the Monday after the last week, YYYY-MM-DD; default: the newest")
    ] = None,
    weeks: Annotated[int, typer.Option(min=1, max=520, help="weeks taken together")] = 4,
    svg: Annotated[Path | None, typer.Option(help="write the reliability curve to this file")] = None,
) -> None:
    """How messages were taken, by predicted rating: the share and its interval of 95 percent."""
    with reading() as connection:
        last = Week.parse(week) if week else newest_week(connection)
        counts = read_weeks(connection, last, weeks) if last else []
    if last is None or not counts:
        key = last.key if last else "<Monday>"
        raise StackError(
            f"No message was measured. Do so: almanac run coaching_calibration --week {key} --wait"
        )
    console.print(calibration_table(counts))
    console.print(calibration_line(counts, last, weeks))
    if svg:
        svg.write_text(chart(points(counts), f"Coaching messages of {weeks} weeks before {last.key}"))


def tick_of(at: str | None) -> datetime:
    """The hour that was asked for, or this one."""
    return (Hour.parse(at) if at else Hour.due(datetime.now(UTC))).first


@contextmanager
def reading() -> Iterator[Connection]:
    """The warehouse, for nothing but reading: PostgreSQL itself refuses a change."""
    with stack.warehouse(Settings()) as connection:
        connection.read_only = True
        yield connection


def select_due(connection: Connection, until: datetime) -> list[tuple[str, Due]]:
    """External ids, settings and schedules of the due whom the roll-out reaches."""
    flag = flag_of(connection, JOB.name)
    rows = connection.execute(statement("local/select_coaching_due"), {"until": until})
    found = ((external_id, Due(*rest)) for external_id, *rest in rows)
    return [(name, due) for name, due in found if is_on(JOB.name, flag, due.user_id)]


def select_user(connection: Connection, user: str) -> dict[str, Any]:
    """Settings and schedule; an error where there is no such user, or one without coaching settings."""
    found = _rows(connection, "local/select_coaching_user", {"external_id": user})
    if not found:
        raise StackError(f"There is no user {user!r}; see almanac coaching list-eligible.")
    if found[0]["enable_coaching_messages"] is None:
        raise StackError(f"{user} has no coaching settings, so nothing is sent; load them with almanac load.")
    return found[0]


def require_enabled(connection: Connection, user: str) -> Due:
    """Settings and schedule of a user who wants coaching."""
    standing = select_user(connection, user)
    if not standing["enable_coaching_messages"]:
        raise StackError(f"{user} has opted out of coaching; that holds here, too.")
    (due,) = repo.read_due(connection, [standing["user_id"]])
    return due


def plan_of(user: str, due: Due, tick: datetime, bypass_checks: bool) -> Plan:
    """A plan to write; an error that says why not, unless the checks are bypassed."""
    planned = schedule.plan(due, tick)
    if bypass_checks or (planned.outcome is None and due.next_due_at and due.next_due_at <= tick):
        return Plan(None, planned.local_day, None)
    reason = planned.outcome.replace("_", " ") if planned.outcome else "not due"
    again = planned.next_due_at or due.next_due_at
    raise StackError(f"{user} would wait ({reason}) until {moment(again)}. To see a message: --bypass-checks")


def _rows(connection: Connection, name: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement(name), values).fetchall()
