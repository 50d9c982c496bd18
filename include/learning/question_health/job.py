"""Question health of one week: count → measure → judge → replace the week's rows."""

from typing import Any

import numpy as np

from include.batch.job import Run
from include.batch.shards import NothingToDo
from include.core.attempts import why_nothing
from include.core.db import Connection
from include.core.periods import Week
from include.learning.question_health import repo
from include.learning.question_health.measures import measure
from include.learning.question_health.models import Verdicts
from include.learning.question_health.verdicts import judge


def refresh(connection: Connection, run: Run) -> dict[str, Any]:
    """Make the week's rows; returns how many questions were met, judged and flagged, and the share flagged.

    Raises NothingToDo where nobody met a question in the window; the rows stay as they were.
    """
    week = Week.parse(run.period)
    counts = repo.read_counts(connection, week)
    if not len(counts.question_id):
        raise NothingToDo(_why_nothing(connection, week))
    measures = measure(counts)
    verdicts = judge(measures)
    repo.replace_week(connection, run, week, counts, measures, verdicts)
    return summary(verdicts)


def summary(verdicts: Verdicts) -> dict[str, Any]:
    """Questions met, judged and flagged; share_flagged (of the judged, 0 to 1) is None without any."""
    judged = int(np.count_nonzero(~np.isnan(verdicts.health)))
    flagged = sum(bool(flags) for flags in verdicts.flags)
    return {
        "questions": len(verdicts.flags),
        "judged": judged,
        "flagged": flagged,
        "share_flagged": round(flagged / judged, 4) if judged else None,
    }


def _why_nothing(connection: Connection, week: Week) -> str:
    days = repo.WINDOW.days
    return why_nothing(
        connection,
        f"No question was met in the {days} days before {week.key}",
        f"Choose a Monday after the first, and at most {days} days after the last.",
    )
