"""The learning batches in the demo: which periods they are run for, and in which order."""

from datetime import datetime, timedelta
from typing import NamedTuple

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
    """What the warehouse holds: whether any daily data, and when somebody last answered a question."""

    daily_data: bool
    last_answer: datetime | None


def what_there_is(settings: Settings) -> Found:
    with stack.warehouse(settings) as connection:
        row = connection.execute(statement("local/select_what_there_is")).fetchone()
    assert row is not None
    return Found(*row)


def planned(last: datetime) -> list[list[Planned]]:
    """What runs side by side, step after step; reports tell of boards, so they come after them."""
    next_day = (last + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    month = Month.due(last)
    boards = [
        Planned("weekly_leaderboard", BoardWeek.due(next_day)),
        Planned("monthly_leaderboard", month),
        Planned("learner_streaks", Hour.due(next_day)),
        Planned("question_health", Week.due(next_day)),
        Planned("content_gaps", Week.due(next_day)),
    ]
    after = [
        Planned("monthly_learner_reports", month),
        Planned("review_reminders", Hour.due(next_day + timedelta(hours=8))),
    ]
    return [boards, after]


def run_all(settings: Settings, last: datetime) -> None:
    """Run them in Airflow, and show the head of the weekly board."""
    steps = planned(last)
    for step in steps:
        started = [(one, runs.start_run(settings, one.dag_id, one.period, {})) for one in step]
        for one, run_id in started:
            console.print(f"[bold]{one.dag_id} {one.period.key}[/]")
            runs.watch_run(settings, one.dag_id, run_id)
    with stack.warehouse(settings) as connection:
        board = leaderboard.select_board(connection, WEEKLY, steps[0][0].period)  # type: ignore[arg-type]
    console.print(leaderboard.board_table(board, board["leaderboard"][:SHOWN]))
