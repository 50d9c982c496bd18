"""The learning batches in the demo: which periods they are run for, and in which order."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from include.core.boards import WEEKLY
from include.core.periods import BoardWeek, Hour, Month, Period, Week
from include.core.settings import Settings
from include.core.statements import statement
from include.local import stack
from include.local.commands import leaderboard, runs
from include.local.console import console

SHOWN = 5


class Planned(NamedTuple):
    """A DAG and what it is run for."""

    dag_id: str
    period: Period


class Found(NamedTuple):
    """What the warehouse holds: any daily data, the last answer to a question, and most learners' time zone."""

    daily_data: bool
    last_answer: datetime | None
    time_zone: str | None


def what_there_is(settings: Settings) -> Found:
    with stack.warehouse(settings) as connection:
        row = connection.execute(statement("local/select_what_there_is")).fetchone()
    assert row is not None
    return Found(*row)


def planned(found: Found) -> list[list[Planned]]:
    """What runs side by side, step after step; reports tell of boards, so they come after them.

    Ticks are those of the zone in which most learners live: its next midnight, and 08:00 after that.
    """
    assert found.last_answer is not None
    next_day = _next_midnight(found.last_answer, UTC)
    midnight = _next_midnight(found.last_answer, _zone(found.time_zone))
    month = Month.due(found.last_answer)
    boards = [
        Planned("weekly_leaderboard", BoardWeek.due(next_day)),
        Planned("monthly_leaderboard", month),
        Planned("learner_streaks", _tick_at_or_after(midnight)),
        Planned("question_health", Week.due(next_day)),
        Planned("content_gaps", Week.due(next_day)),
    ]
    after = [
        Planned("monthly_learner_reports", month),
        Planned("review_reminders", _tick_at_or_after(midnight + timedelta(hours=8))),
    ]
    return [boards, after]


def _next_midnight(moment: datetime, zone: tzinfo) -> datetime:
    day = moment.astimezone(zone).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _tick_at_or_after(moment: datetime) -> Hour:
    return Hour.due(moment + timedelta(minutes=59))


def _zone(name: str | None) -> tzinfo:
    return ZoneInfo(name) if name in available_timezones() else UTC


def run_all(settings: Settings, found: Found, beside: Sequence[Planned] = ()) -> None:
    """Run them in Airflow, others beside the first of them, and show the head of the weekly board."""
    steps = planned(found) if found.last_answer else [[]]
    for step in ([*steps[0], *beside], *steps[1:]):
        started = [(one, runs.start_run(settings, one.dag_id, one.period, {})) for one in step]
        for one, run_id in started:
            console.print(f"[bold]{one.dag_id} {one.period.key}[/]")
            runs.watch_run(settings, one.dag_id, run_id)
    if found.last_answer is None:
        return
    with stack.warehouse(settings) as connection:
        board = leaderboard.select_board(connection, WEEKLY, steps[0][0].period)  # type: ignore[arg-type]
    console.print(leaderboard.board_table(board, board["leaderboard"][:SHOWN]))
