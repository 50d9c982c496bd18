"""Engagement of a week: fold the events that came in into rows by user and brief week."""

from typing import Any

from include.batch.job import Run
from include.core.db import Connection
from include.core.periods import Week
from include.engagement import repo


def refresh(connection: Connection, run: Run) -> dict[str, Any]:
    """Make the rows that the week's arrivals belong to; returns events and how many rows and averages changed.

    A week without events changes nothing: that is no error.
    """
    week = Week.parse(run.period)
    return {
        "events": repo.count_arrivals(connection, week),
        "readings": repo.fold_readings(connection, run, week),
        "averages": repo.fold_averages(connection, week),
    }
