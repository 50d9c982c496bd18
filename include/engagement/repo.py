"""All access of engagement to the warehouse, on a connection it is handed."""

from datetime import UTC, datetime, time
from typing import Any

from include.batch.job import Run
from include.core.db import Connection
from include.core.periods import Week
from include.core.statements import statement

# What events may be about to count here; coaching messages, boards and reports are no part of a brief.
COMPONENTS = [
    "dashboard", "weekly_brief", "intelligence", "insights", "recommendations", "velocity", "systems", "timeline",
    "patterns", "comparative",
]  # fmt: skip


def count_arrivals(connection: Connection, week: Week) -> int:
    """How many events came in during the seven days (UTC) before the Monday."""
    row = connection.execute(statement("engagement/count_arrivals"), _window(week)).fetchone()
    assert row is not None
    return int(row[0])


def fold_readings(connection: Connection, run: Run, week: Week) -> int:
    """Make the row of every user and brief week that an arrival belongs to; returns how many changed."""
    values = {**_window(week), "run_id": run.run_id}
    return connection.execute(statement("engagement/upsert_readings"), values).rowcount


def fold_averages(connection: Connection, week: Week) -> int:
    """Bring the average time on a brief up to date where an event came in; returns how many changed."""
    return connection.execute(statement("engagement/upsert_average_times"), _window(week)).rowcount


def _window(week: Week) -> dict[str, Any]:
    first, last = (datetime.combine(day, time(), tzinfo=UTC) for day in (week.monday, week.week_of))
    return {"starts_at": first, "ends_at": last, "components": COMPONENTS}
