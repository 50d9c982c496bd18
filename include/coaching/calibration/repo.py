"""All access of calibration to the warehouse, on a connection it is handed."""

from datetime import UTC, datetime, time, timedelta

from include.batch.job import Run
from include.coaching.calibration.models import Taken
from include.core.db import Connection
from include.core.periods import Week
from include.core.statements import statement

FOLLOWS_WITHIN = timedelta(hours=72)


def replace_week(connection: Connection, run: Run, week: Week) -> None:
    """The week's rows anew, from what has followed its messages so far."""
    starts, ends = (datetime.combine(day, time(), tzinfo=UTC) for day in (week.monday, week.week_of))
    connection.execute(statement("coaching/delete_calibration"), {"week_of": week.week_of})
    values = {"week_of": week.week_of, "run_id": run.run_id, "starts_at": starts, "ends_at": ends}
    connection.execute(statement("coaching/insert_calibration"), {**values, "within": FOLLOWS_WITHIN})


def read_weeks(connection: Connection, last: Week, weeks: int) -> list[Taken]:
    """What was counted in so many weeks up to one, a row a rating."""
    values = {"first": last.before(weeks - 1).week_of, "last": last.week_of}
    return [Taken(*row) for row in connection.execute(statement("coaching/select_calibration"), values)]


def newest_week(connection: Connection) -> Week | None:
    """The newest week that was measured and had messages."""
    row = connection.execute(statement("coaching/select_newest_calibration")).fetchone()
    return Week(row[0]) if row and row[0] else None
