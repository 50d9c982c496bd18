"""The one statement that counts everybody says what the pure rule says: random histories in every zone."""

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.core.db import connect
from include.learning.streaks.job import JOB
from include.learning.streaks.models import Day, DayBegun, Streak
from include.learning.streaks.rules import count, day_begun, has_come, local_time
from tests.learning.learners import Event, fill, moment, send, tick
from tests.learning.streaks.zones import TICKS, ZONES

NEVER = timedelta(minutes=5)
DAYS = 4
TRAVELS = (
    "Pacific/Kiritimati",
    "Pacific/Auckland",
    "Asia/Tokyo",
    "UTC",
    "America/New_York",
    "Pacific/Pago_Pago",
)


def offset_at(zone: str, at: datetime) -> int:
    return round((local_time(at, zone) - at.replace(tzinfo=None)).total_seconds() / 60)


def history(chance: random.Random, user: int, home: str, start: datetime) -> list[Event]:
    """A week of a learner who answers on most days, may live elsewhere for a while, and is offline at times."""
    abroad = chance.choice(TRAVELS) if chance.random() < 0.5 else home
    left, back = sorted(start + timedelta(hours=chance.uniform(-72, 24 * DAYS)) for _ in range(2))
    events = []
    for _ in range(chance.randint(1, 14)):
        at = start + timedelta(minutes=chance.randint(-72 * 60, 24 * 60 * DAYS))
        delay = chance.choice([0, 0, 0, 1, 5, 30, 100]) * timedelta(hours=chance.random())
        events.append(
            Event(
                user,
                at,
                offset_at(abroad if left <= at < back else home, at),
                skipped=chance.random() < 0.1,
                after=-timedelta(minutes=9) if chance.random() < 0.05 else delay,
            )
        )
    return events


def days_of(events: Iterable[Event]) -> list[Day]:
    """Local days with the offsets of their first and last answer, from what counts."""
    answers = [
        e for e in events if not e.skipped and e.at <= e.received_at + NEVER and -720 <= e.offset <= 840
    ]
    by_day = defaultdict(list)
    for answer in sorted(answers, key=lambda e: (e.at, e.offset)):
        by_day[(answer.at + timedelta(minutes=answer.offset)).date()].append(answer.offset)
    return [Day(day, offsets[0], offsets[-1]) for day, offsets in sorted(by_day.items())]


@given(seed=st.integers(0, 2**32), start=TICKS)
@settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=False,
)
def test_the_statement_equals_the_rule(warehouse: str, seed: int, start: datetime) -> None:
    """A learner in each of 150 zones. For days, in three hours of the day, with what arrives late, each whose
    midnight it is is settled as the rule says; three, since a changed clock moves midnight by an hour."""
    chance = random.Random(seed)
    zones = dict(enumerate(chance.sample(ZONES, 150), start=1))
    pending = sorted(
        (event for user, zone in zones.items() for event in history(chance, user, zone, start)),
        key=lambda event: event.received_at,
    )
    _empty(warehouse)
    fill(warehouse, zones)
    arrived: dict[int, list[Event]] = defaultdict(list)
    first = chance.randrange(22)
    for hour in (24 * day + first + more for day in range(DAYS) for more in range(3)):
        now = start + timedelta(hours=hour)
        ready = [event for event in pending if event.received_at <= now]
        pending = pending[len(ready) :]
        for event in ready:
            arrived[event.user_id].append(event)
        with connect(warehouse) as connection:
            send(connection, ready)
        tick(warehouse, JOB, now.strftime("%Y-%m-%dT%H:%M"))
        begun = {user: found for user, zone in zones.items() if (found := day_begun(zone, now))}
        expected = {user: count(days_of(arrived[user]), day) for user, day in begun.items()}
        assert _settled(warehouse, begun) == {u: s for u, s in expected.items() if s.last_active_day}


def _settled(url: str, begun: dict[int, DayBegun]) -> dict[int, Streak]:
    """The published streaks of who was due, as far as there is an answer."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT user_id, streak, longest, started_on, last_active_day, last_offset "
            "FROM warehouse.learner_streaks WHERE user_id = ANY (%s) AND last_active_day IS NOT NULL",
            [list(begun)],
        )
        return {row[0]: Streak(*row[1:]) for row in rows}


def _empty(url: str) -> None:
    with connect(url) as connection:
        connection.execute(
            "TRUNCATE app.users, app.questions, warehouse.learner_streaks, ops.notification_outbox CASCADE"
        )


@given(now=TICKS, at=st.sampled_from([time(0), time(8), time(20)]))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_reads_the_same_clocks(warehouse: str, now: datetime, at: time) -> None:
    """app.zones_reaching against the zones of Python; what is no zone counts as UTC."""
    zones = [*ZONES, "Mars/Olympus", "", "UTC+2", "+02:00", "5", "europe/berlin"]
    with connect(warehouse) as connection:
        connection.cursor().executemany(
            "INSERT INTO app.users (external_id, time_zone) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [(zone, zone) for zone in zones],
        )
        rows = connection.execute(
            "SELECT time_zone, local_day, utc_offset FROM app.zones_reaching(%s, %s)", [at, now]
        ).fetchall()
    found = {zone: DayBegun(*row) for zone, *row in rows}
    days = {zone: day for zone in zones if (day := has_come(at, zone, now))}
    assert {zone: day.day for zone, day in found.items()} == days
    if at == time(0):
        assert found == {zone: begun for zone in zones if (begun := day_begun(zone, now))}


def test_a_history_of_the_rule_reads_as_its_events_do() -> None:
    events = [
        Event(1, moment("2015-11-03T23:30"), 60),
        Event(1, moment("2015-11-04T12:00"), -300, skipped=True),
    ]
    assert days_of(events) == [Day(datetime(2015, 11, 4).date(), 60, 60)]
