"""All access of content gaps to the warehouse, on a connection it is handed."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from include.batch.job import Run
from include.core.db import Connection
from include.core.periods import Week
from include.core.statements import statement
from include.learning.content_gaps.models import Gap, Search
from include.learning.content_gaps.terms import is_slip


def empty_searches(connection: Connection, week: Week) -> list[Search]:
    """What found nothing in the week, per learner and text."""
    return [
        Search(*row) for row in connection.execute(statement("learning/select_empty_searches"), _days(week))
    ]


def count_searches(connection: Connection, week: Week) -> int:
    """All searches of the week."""
    row = connection.execute(statement("learning/count_searches"), _days(week)).fetchone()
    return int(row[0]) if row else 0


def slips(connection: Connection, right: Sequence[str], every: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs (word, its misspelling) between words that are taken for right and all words."""
    near = connection.execute(
        statement("learning/select_near_words"), {"right": list(right), "every": list(every)}
    )
    return [(word, other) for word, other, distance in near if is_slip(word, other, distance)]


def replace_week(connection: Connection, run: Run, week: Week, gaps: Sequence[Gap]) -> None:
    """The week's rows anew; readers see the old ones until the transaction ends."""
    connection.execute(statement("learning/delete_content_gaps"), {"week_of": week.week_of})
    columns = {name: [getattr(gap, name) for gap in gaps] for name in Gap._fields}
    values = {"week_of": week.week_of, "run_id": run.run_id, **columns}
    connection.execute(statement("learning/insert_content_gaps"), values)


def _days(week: Week) -> dict[str, datetime]:
    end = datetime.combine(week.week_of, time(), tzinfo=UTC)
    return {"starts_at": end - timedelta(days=7), "ends_at": end}
