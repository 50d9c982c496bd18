"""A generated population: users, preferences, daily rows and lab results that look like people's.

Everything follows from the seed. Users are drawn in blocks of `BLOCK`, each block from its own random
streams, so that the first users of a large population are those of a small one. Daily rows are sent in
order of user and day: the heap is clustered by user, which is how batches read it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
from psycopg.copy import QueuedLibpqWriter

from include.core.db import Connection
from include.core.periods import Week
from include.core.statements import statement
from include.local.importers.loading import copy_frame, open_import
from include.local.simulation.days import simulate_days
from include.local.simulation.people import BLOCK, People, draw_people, stream
from include.local.simulation.rows import HEADER, TRAILER, encode_rows

if TYPE_CHECKING:
    import pandas as pd

LAB_TESTS = (  # name, unit, adult reference range as in MedlinePlus, mean and spread of the values drawn
    ("LDL cholesterol", "mg/dL", None, 100.0, 92.0, 24.0),
    ("HbA1c", "%", 4.0, 5.6, 5.3, 0.4),
    ("ferritin", "ng/mL", 12.0, 300.0, 90.0, 60.0),
    ("vitamin D", "ng/mL", 20.0, 50.0, 30.0, 9.0),
    ("hemoglobin", "g/dL", 12.1, 17.2, 14.2, 1.2),
)
LAB_SHARE = 0.08  # of the users
FREQUENCIES = ("weekly", "biweekly", "monthly", "never")


class _Population(NamedTuple):
    """What is generated, and where its ids begin."""

    users: int
    weeks: int
    seed: int
    end: date  # the Monday after the last day
    first_id: int
    import_id: int

    @property
    def days(self) -> int:
        return self.weeks * 7

    @property
    def monday(self) -> date:
        """The first day."""
        return self.end - timedelta(days=self.days)

    def blocks(self) -> Iterator[tuple[People, int]]:
        """The people block by block, and how many of the block are wanted."""
        for first in range(0, self.users, BLOCK):
            yield draw_people(self.seed, first // BLOCK), min(BLOCK, self.users - first)


def generate(connection: Connection, *, users: int, weeks: int, seed: int, week_of: date) -> None:
    """`users` people with daily rows for the `weeks` weeks to the Sunday before `week_of`.

    Called again with the same arguments it does nothing; with others it replaces the generated users
    and their rows, and nobody else's. External ids are gen-000001 and so on. The user ids are one
    range: that of the population before, where it was at least as large.
    """
    if users < 1 or weeks < 1 or seed < 0:
        raise ValueError(
            f"users={users}, weeks={weeks}, seed={seed}: give at least 1 user, 1 week and seed 0."
        )
    end = Week(week_of).week_of
    name = f"users={users} weeks={weeks} seed={seed} week_of={week_of}"
    if _is_there(connection, name, users):
        return
    import_id, _ = open_import(connection, "generated", name)
    with _trusted_references(connection) as trusted:
        alone = trusted and _nobody_else_has_days(connection)
        if alone:
            connection.execute(statement("importers/truncate_daily_health"))
        first_id = _make_room(connection, users)
        population = _Population(users, weeks, seed, end, first_id, import_id)
        _copy_people(connection, population)
        with _key_built_after(connection) if alone else nullcontext():
            rows = _copy_days(connection, population)
    report = {"import_id": import_id, "rows_read": rows, "rows_loaded": rows, "rows_rejected": 0}
    connection.execute(statement("importers/close_import"), report)
    connection.execute(statement("importers/analyze_population"))


def _is_there(connection: Connection, name: str, users: int) -> bool:
    values = {"file_name": name, "users": users}
    row = connection.execute(statement("importers/select_same_population"), values).fetchone()
    return row is not None and bool(row[0])


def _nobody_else_has_days(connection: Connection) -> bool:
    row = connection.execute(statement("importers/select_only_generated_days")).fetchone()
    return row is not None and bool(row[0])


@contextmanager
def _key_built_after(connection: Connection) -> Iterator[None]:
    """Keeping the primary key row by row takes two thirds of a COPY's time; building it at the end less."""
    connection.execute(statement("importers/drop_daily_health_key"))
    yield
    connection.execute(statement("importers/add_daily_health_key"))


@contextmanager
def _trusted_references(connection: Connection) -> Iterator[bool]:
    """Without a foreign-key check per daily row, which takes longer than all the rest: every row refers
    to a user made here. A role that may not do so keeps the checks, and False is yielded."""
    try:
        with connection.transaction():
            connection.execute(statement("importers/trust_references"))
    except psycopg.errors.InsufficientPrivilege:
        yield False
        return
    yield True
    connection.execute(statement("importers/check_references"))


def _make_room(connection: Connection, users: int) -> int:
    """Remove the generated users of before; the first of a free range of user ids."""
    connection.execute(statement("importers/lock_users"))
    row = connection.execute(statement("importers/delete_generated_users")).fetchone()
    assert row is not None
    gone, first_id = row
    if gone:
        values = {"first_id": first_id, "last_id": first_id + gone - 1}
        connection.execute(statement("importers/delete_preferences_history"), values)
    if gone >= users:
        return int(first_id)
    reserved = connection.execute(statement("importers/reserve_user_ids"), {"users": users}).fetchone()
    assert reserved is not None
    return int(reserved[0])


def _copy_people(connection: Connection, population: _Population) -> None:
    """Users, then what refers to them."""
    for people, count in population.blocks():
        frame = _users(people, population)
        frame.insert(0, "user_id", people.numbers + population.first_id)
        copy_frame(connection, "app.users", frame[:count])
    for people, count in population.blocks():
        numbers = people.numbers[:count]
        tables = {
            "app.user_preferences": _preferences(people, population),
            "app.lab_results": _lab_results(people, population),
        }
        for table, frame in tables.items():
            wanted = frame[frame["user_id"].isin(numbers)]
            copy_frame(connection, table, wanted.assign(user_id=wanted["user_id"] + population.first_id))


def _copy_days(connection: Connection, population: _Population) -> int:
    """Daily rows of everybody in one COPY; how many there are."""
    rows = 0
    with connection.cursor() as cursor:
        sender = QueuedLibpqWriter(cursor)  # its thread sends a block while the next one is made
        with cursor.copy(statement("importers/copy_daily_health"), writer=sender) as copy:
            copy.write(HEADER)
            for people, count in population.blocks():
                days = simulate_days(people, population.seed, population.days)
                user_ids = people.numbers + population.first_id
                data, written = encode_rows(days, user_ids, count, population.monday, population.import_id)
                copy.write(data)
                rows += written
            copy.write(TRAILER)
    return rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _users(people: People, population: _Population) -> "pd.DataFrame":
    """Rows of app.users without their ids. A newcomer was created on the first day of their data."""
    import pandas as pd

    joined = pd.to_timedelta(people.first_day(population.days), "D")
    ago = pd.to_timedelta(people.inactive_days(population.days), "D")
    return pd.DataFrame(
        {
            "external_id": [f"gen-{number + 1:06d}" for number in people.numbers],
            "display_name": people.names,
            "time_zone": people.time_zones,
            "age_band": people.age_bands,
            "sex": people.sexes,
            "last_active_at": (_midnight(population.end) - ago).floor("s"),
            "created_at": _midnight(population.monday) + joined,
        }
    )


def _preferences(people: People, population: _Population) -> "pd.DataFrame":
    """Rows of app.user_preferences of those who changed anything: about one user in five."""
    import pandas as pd

    rng = stream(population.seed, people.block, "preferences")
    changed = rng.random(BLOCK) < 0.2
    dismissed = rng.integers(0, 6, BLOCK)
    ago = pd.to_timedelta(rng.random(BLOCK) * population.days, "D")
    dismissed_at = pd.Series((_midnight(population.end) - ago).floor("s"))
    frame = pd.DataFrame(
        {
            "user_id": people.numbers,
            "weekly_brief_enabled": rng.random(BLOCK) >= 0.15,
            "weekly_brief_frequency": rng.choice(FREQUENCIES, BLOCK, p=(0.6, 0.2, 0.12, 0.08)),
            "last_brief_dismissed_at": dismissed_at.where(dismissed > 0),
            "total_briefs_dismissed": dismissed,
            "avg_engagement_time": rng.gamma(2.0, 20.0, BLOCK).round(1),
            "intelligence_generation_enabled": rng.random(BLOCK) >= 0.1,
            "intelligence_generation_frequency": rng.choice(FREQUENCIES, BLOCK, p=(0.55, 0.22, 0.15, 0.08)),
            "intelligence_notification_enabled": rng.random(BLOCK) >= 0.2,
            "updated_at": _midnight(population.monday),
        }
    )
    return frame[changed]


def _lab_results(people: People, population: _Population) -> "pd.DataFrame":
    """Rows of app.lab_results: a panel each for some users, a fifth of the values shifted upwards."""
    import pandas as pd

    rng = stream(population.seed, people.block, "labs")
    chosen = rng.random(BLOCK) < LAB_SHARE
    days_ago = rng.integers(1, population.days + 1, BLOCK)
    panels = []
    for test, unit, low, high, mean, spread in LAB_TESTS:
        shift = 2.5 * spread * (rng.random(BLOCK) < 0.2)
        values: dict[str, Any] = {
            "user_id": people.numbers,
            "taken_on": pd.Timestamp(population.end) - pd.to_timedelta(days_ago, "D"),
            "test": test,
            "value": (mean + shift + spread * rng.standard_normal(BLOCK)).clip(mean / 10).round(1),
            "unit": unit,
            "ref_low": low,
            "ref_high": high,
            "import_id": population.import_id,
        }
        panels.append(pd.DataFrame(values)[chosen & (rng.random(BLOCK) < 0.8)])
    return pd.concat(panels)
