"""A generated population: users with preferences, daily rows, lab results, answers, searches, journals and
coaching that look like people's.

Everything follows from the seed. Users are drawn in blocks of `BLOCK`, each block from its own random
streams, so that the first users of a large population are those of a small one. Daily rows are sent in
order of user and day: the heap is clustered by user, which is how batches read it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
from psycopg import sql
from psycopg.copy import QueuedLibpqWriter

from include.core.db import Connection
from include.core.periods import Week
from include.core.statements import statement
from include.local.generated_coaching import copy_coaching
from include.local.generated_learning import copy_learning
from include.local.importers.loading import copy_frame, open_import
from include.local.simulation.days import simulate_days
from include.local.simulation.people import BLOCK, People, Population, stream
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
IN_BOARD_WEEK = (
    0.968  # of the attempts of a local week: the others fall outside, or were not received by its end
)
APP_SHARE = 0.88  # of the users, by now
FREQUENCIES = ("weekly", "biweekly", "monthly", "never")


class _Bulk(NamedTuple):
    """A table that is filled by one COPY: the statements that say whether nobody else has rows, and that empty it."""

    table: str
    only_generated: str
    truncate: str


DAYS = _Bulk("app.daily_health", "importers/select_only_generated_days", "importers/truncate_daily_health")
EVENTS = _Bulk("app.question_attempts", "importers/select_only_generated_events", "importers/truncate_events")


def generate(
    connection: Connection,
    *,
    users: int,
    weeks: int,
    seed: int,
    week_of: date,
    attempts_per_user: float = 0,
    learning_only: bool = False,
    journals: bool = False,
) -> None:
    """`users` people with daily rows for the `weeks` weeks to the Sunday before `week_of`, and about
    `attempts_per_user` answers each, unequally, to that Sunday's midnight UTC. With `learning_only`
    everybody learns, and has no daily rows, preferences and lab results. With `journals` they have coaching
    settings, journal entries and earlier coaching messages of the last four weeks, too.

    Called again with the same arguments it does nothing; with others it replaces the generated users
    and their rows, and nobody else's. External ids are gen-000001 and so on. The user ids are one
    range: that of the population before, where it was at least as large.
    """
    _check_sizes(users, weeks, seed, attempts_per_user)
    end = Week(week_of).week_of
    wanted = Population(
        users, weeks, seed, end, attempts_per_user=attempts_per_user, everybody_learns=learning_only
    )
    name = _name(wanted, journals)
    if _is_there(connection, name, users):
        return
    import_id, _ = open_import(connection, "generated", name)
    with (
        _trusted_references(connection) as trusted,
        _filled_anew(connection, trusted, DAYS),
        _filled_anew(connection, trusted, EVENTS),
    ):
        population = wanted._replace(first_id=_make_room(connection, users), import_id=import_id)
        _copy_users(connection, population)
        rows = 0 if learning_only else _copy_health(connection, population)
        rows += copy_learning(connection, population)
        rows += copy_coaching(connection, population, with_health=not learning_only) if journals else 0
    report = {"import_id": import_id, "rows_read": rows, "rows_loaded": rows, "rows_rejected": 0}
    connection.execute(statement("importers/close_import"), report)
    connection.execute(statement("importers/analyze_population"))


def _check_sizes(users: int, weeks: int, seed: int, attempts_per_user: float) -> None:
    if users < 1 or weeks < 1 or seed < 0 or attempts_per_user < 0:
        raise ValueError(
            f"users={users}, weeks={weeks}, seed={seed}, attempts_per_user={attempts_per_user}: give at least "
            "1 user, 1 week and seed 0, and no negative attempts."
        )


def _name(wanted: Population, journals: bool) -> str:
    """All that tells populations apart, as it stands in the record of imports."""
    name = (
        f"users={wanted.users} weeks={wanted.weeks} seed={wanted.seed} week_of={wanted.end}"
        f" attempts_per_user={wanted.attempts_per_user}"
    )
    return name + " learning_only" * wanted.everybody_learns + " journals" * journals


def _is_there(connection: Connection, name: str, users: int) -> bool:
    values = {"file_name": name, "users": users}
    row = connection.execute(statement("importers/select_same_population"), values).fetchone()
    return row is not None and bool(row[0])


@contextmanager
def _filled_anew(connection: Connection, trusted: bool, bulk: _Bulk) -> Iterator[None]:
    """A table in which nobody but generated users has rows is emptied, and gets its keys and indexes when it
    is filled again: keeping them row by row takes two thirds of a COPY's time, building them less."""
    row = connection.execute(statement(bulk.only_generated)).fetchone()
    if not (trusted and row is not None and row[0]):
        yield
        return
    connection.execute(statement(bulk.truncate))
    name = {"table": bulk.table}
    indexes = connection.execute(statement("importers/select_keys_and_indexes"), name).fetchall()
    for drop, _ in indexes:
        connection.execute(sql.SQL(drop))
    yield
    for _, build in indexes:
        connection.execute(sql.SQL(build))


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
    gone, first_id, coached = row
    if gone:
        values = {"first_id": first_id, "last_id": first_id + gone - 1}
        connection.execute(statement("importers/delete_preferences_history"), values)
        if coached:
            connection.execute(statement("importers/delete_generated_coaching"), values)
    if gone >= users:
        return int(first_id)
    reserved = connection.execute(statement("importers/reserve_user_ids"), {"users": users}).fetchone()
    assert reserved is not None
    return int(reserved[0])


def _copy_users(connection: Connection, population: Population) -> None:
    for people, count in population.blocks():
        frame = _users(people, population)
        frame.insert(0, "user_id", people.numbers + population.first_id)
        copy_frame(connection, "app.users", frame[:count])


def _copy_health(connection: Connection, population: Population) -> int:
    """Preferences, lab results and daily rows; how many of the last there are."""
    for people, count in population.blocks():
        numbers = people.numbers[:count]
        tables = {
            "app.user_preferences": _preferences(people, population),
            "app.lab_results": _lab_results(people, population),
        }
        for table, frame in tables.items():
            wanted = frame[frame["user_id"].isin(numbers)]
            copy_frame(connection, table, wanted.assign(user_id=wanted["user_id"] + population.first_id))
    return _copy_days(connection, population)


def _copy_days(connection: Connection, population: Population) -> int:
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


def _users(people: People, population: Population) -> "pd.DataFrame":
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
            "has_app_installed": stream(population.seed, people.block, "app").random(BLOCK) < APP_SHARE,
        }
    )


def _preferences(people: People, population: Population) -> "pd.DataFrame":
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


def _lab_results(people: People, population: Population) -> "pd.DataFrame":
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


def fill_week(connection: Connection, *, users: int, attempts: int, seed: int, monday: date) -> None:
    """One board week of `users` learners and about `attempts` answers and skips in it, and nothing else of them."""
    generate(
        connection,
        users=users,
        weeks=1,
        seed=seed,
        week_of=monday + timedelta(days=7),
        attempts_per_user=attempts / users / IN_BOARD_WEEK,
        learning_only=True,
    )
