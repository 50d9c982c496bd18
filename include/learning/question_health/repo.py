"""All access of question health to the warehouse, on a connection it is handed."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
from psycopg import sql

from include.batch.job import Run
from include.core.db import Connection
from include.core.periods import Week
from include.core.statements import statement
from include.learning.question_health.measures import OTHERS, OUTLIER
from include.learning.question_health.models import Counts, Measures, Verdicts

WINDOW = timedelta(days=90)
SORTING_MEMORY = "64MB"  # of one sort or hash; more only moves disk reads from the cache into the backend
MAYBE_ABSENT = ("correlation", "median_ms")


def read_counts(connection: Connection, week: Week) -> Counts:
    """What is counted of each question that a learner met in the 90 days (UTC) before the Monday."""
    connection.execute(statement("learning/set_sorting_memory"), {"memory": SORTING_MEMORY})
    temporary = [sql.Identifier("pg_temp", name) for name in ("first_answers", "first_skips")]
    connection.execute(statement("learning/create_first_answers"), _window(week))
    connection.execute(statement("learning/create_first_skips"), _window(week))
    for table in temporary:
        connection.execute(statement("batch/analyze").format(table=table))
    query = statement("learning/select_question_counts")
    rows = connection.execute(query, {"others": OTHERS, "outlier": OUTLIER}).fetchall()
    for table in temporary:
        connection.execute(statement("batch/drop_staging").format(staged=table))
    return columns(rows)


def columns(rows: Sequence[Sequence[Any]]) -> Counts:
    """Rows of select_question_counts as arrays."""
    by_column = zip(*rows, strict=True) if rows else ([] for _ in Counts._fields)
    named = zip(Counts._fields, by_column, strict=True)
    return Counts(*(_array(name, list(values)) for name, values in named))


def _array(name: str, values: list[Any]) -> np.ndarray:
    if name in MAYBE_ABSENT:
        return np.array([np.nan if value is None else value for value in values], dtype=float)
    return np.array(values, dtype=np.int64)


def _window(week: Week) -> dict[str, datetime]:
    end = datetime.combine(week.week_of, time(), tzinfo=UTC)
    return {"starts_at": end - WINDOW, "ends_at": end}


def replace_week(
    connection: Connection, run: Run, week: Week, counts: Counts, measures: Measures, verdicts: Verdicts
) -> None:
    """The week's rows anew; readers see the old ones until the transaction ends."""
    connection.execute(statement("learning/delete_question_health"), {"week_of": week.week_of})
    values = {"week_of": week.week_of, "run_id": run.run_id, **_as_columns(counts, measures, verdicts)}
    connection.execute(statement("learning/insert_question_health"), values)


def _as_columns(counts: Counts, measures: Measures, verdicts: Verdicts) -> dict[str, list[Any]]:
    found = {
        name: getattr(counts, name) for name in ("question_id", "learners", "answers", "skips", "median_ms")
    }
    for name, measure in measures._asdict().items():
        found |= {name: measure.value, f"{name}_low": measure.low, f"{name}_high": measure.high}
    found["health"] = verdicts.health
    return {name: _nullable(values) for name, values in found.items()} | {
        "flags": [",".join(flags) for flags in verdicts.flags]
    }


def _nullable(values: np.ndarray) -> list[Any]:
    return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124  # NaN alone differs
