"""Calibration of one week: count how its messages were taken, and replace the week's rows."""

from typing import Any

from include.batch.job import Run
from include.coaching.calibration import repo
from include.coaching.calibration.curve import error, ranking
from include.core.db import Connection
from include.core.periods import Week


def refresh(connection: Connection, run: Run) -> dict[str, Any]:
    """Make the week's rows; returns how many messages were opened, answered and dismissed, and what it says.

    A week without messages has no rows: that is no error.
    """
    week = Week.parse(run.period)
    repo.replace_week(connection, run, week)
    counts = repo.read_weeks(connection, week, 1)
    totals = {
        name: sum(getattr(one, name) for one in counts)
        for name in ("messages", "opened", "answered", "dismissed")
    }
    return {**totals, "calibration_error": _rounded(error(counts)), "ranking": _rounded(ranking(counts))}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
