"""The generated population: determinism, shape, and what is planted in it."""

from collections.abc import Iterator
from datetime import date
from zoneinfo import available_timezones

import numpy as np
import psycopg
import pytest

from include.core.db import Connection
from include.core.periods import BadPeriod
from include.intelligence.metrics import METRICS
from include.local.population import generate
from include.local.simulation.days import simulate_days
from include.local.simulation.people import BLOCK, DEVICES, TIME_ZONES, draw_people

MONDAY = date(2026, 9, 7)
ROWS = (
    "SELECT external_id, day, steps, active_minutes, calories, sleep_minutes, time_in_bed,"
    " resting_heart_rate, hrv, spo2, weight, glucose, stress, mood "
    " FROM app.daily_health JOIN app.users USING (user_id) WHERE external_id <= %s ORDER BY 1, 2"
)


@pytest.fixture
def connection(warehouse: str) -> Iterator[Connection]:
    with psycopg.connect(warehouse) as opened:
        yield opened


def rows(connection: Connection, last: str = "gen-999999") -> list[tuple[object, ...]]:
    return connection.execute(ROWS, (last,)).fetchall()


def one(connection: Connection, query: str) -> tuple[object, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row


def test_small_population_is_the_beginning_of_a_large_one(connection: Connection) -> None:
    generate(connection, users=30, weeks=3, seed=7, week_of=MONDAY)
    small = rows(connection)
    generate(connection, users=BLOCK + 20, weeks=3, seed=7, week_of=MONDAY)
    assert rows(connection, "gen-000030") == small
    generate(connection, users=30, weeks=3, seed=8, week_of=MONDAY)
    assert rows(connection) != small


def test_written_rows_are_the_simulated_ones(connection: Connection) -> None:
    generate(connection, users=BLOCK + 5, weeks=2, seed=3, week_of=MONDAY)
    people = draw_people(3, 1)
    days = simulate_days(people, 3, 14)
    written = {(row[0], row[1]): row[2:] for row in rows(connection)}
    for user, day in ((0, 0), (2, 6), (4, 13)):
        row = written.get((f"gen-{BLOCK + user + 1:06d}", date.fromordinal(MONDAY.toordinal() - 14 + day)))
        for position, metric in enumerate(METRICS):
            present = bool(days.present[metric.name][user, day])
            value = row[position] if row else None
            assert (value is not None) == present
            if present:
                assert value == pytest.approx(float(days.values[metric.name][user, day]), rel=1e-6)


def test_ids_are_one_range_in_order_and_days_end_on_the_sunday(connection: Connection) -> None:
    connection.execute("INSERT INTO app.users (external_id) VALUES ('someone')")
    generate(connection, users=50, weeks=4, seed=1, week_of=MONDAY)
    ids = one(
        connection, "SELECT min(user_id), max(user_id), count(*) FROM app.users WHERE external_id ~ '^gen-'"
    )
    assert ids == (2, 51, 50)
    in_order = connection.execute("SELECT external_id FROM app.users ORDER BY user_id OFFSET 1").fetchall()
    assert in_order == sorted(in_order)
    assert one(connection, "SELECT min(day), max(day) FROM app.daily_health") == (
        date(2026, 8, 10),
        date(2026, 9, 6),
    )
    heap = connection.execute("SELECT user_id, day FROM app.daily_health ORDER BY ctid").fetchall()
    assert heap == sorted(heap)
    (next_id,) = one(connection, "INSERT INTO app.users (external_id) VALUES ('next') RETURNING user_id")
    assert next_id == 52


def test_same_again_does_nothing_and_another_replaces_only_the_generated(connection: Connection) -> None:
    connection.execute("INSERT INTO app.users (external_id) VALUES ('someone')")
    connection.execute(
        "INSERT INTO app.daily_health (user_id, day, steps, import_id) VALUES (1, '2026-09-01', 9, 1)"
    )
    generate(connection, users=40, weeks=2, seed=1, week_of=MONDAY)
    before = one(connection, "SELECT array_agg(ctid ORDER BY user_id, day)::text FROM app.daily_health")
    generate(connection, users=40, weeks=2, seed=1, week_of=MONDAY)
    assert (
        one(connection, "SELECT array_agg(ctid ORDER BY user_id, day)::text FROM app.daily_health") == before
    )
    generate(connection, users=20, weeks=2, seed=2, week_of=MONDAY)
    assert one(connection, "SELECT count(*), min(user_id), max(user_id) FROM app.users") == (21, 1, 21)
    assert one(connection, "SELECT steps FROM app.daily_health WHERE user_id = 1") == (9.0,)
    (orphans,) = one(
        connection,
        "SELECT (SELECT count(*) FROM app.daily_health WHERE user_id > 21)"
        " + (SELECT count(*) FROM app.lab_results WHERE user_id > 21)"
        " + (SELECT count(*) FROM app.user_preferences WHERE user_id > 21)"
        " + (SELECT count(*) FROM app.user_preferences_history)",
    )
    assert orphans == 0


def test_a_role_without_superuser_rights_generates_the_same(connection: Connection) -> None:
    generate(connection, users=10, weeks=2, seed=1, week_of=MONDAY)
    expected = rows(connection)
    role = "plain_writer_of_population"
    connection.execute(f"CREATE ROLE {role} BYPASSRLS")
    connection.execute(f"GRANT USAGE ON SCHEMA app TO {role}")
    connection.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA app TO {role}")
    connection.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA app TO {role}")
    connection.execute(f"SET LOCAL ROLE {role}")
    generate(connection, users=12, weeks=2, seed=1, week_of=MONDAY)
    assert rows(connection, "gen-000010") == expected
    connection.execute("RESET ROLE")
    assert one(connection, "SELECT count(*) FROM app.user_preferences_history") == (0,)


def test_foreign_keys_and_primary_key_stand_afterwards(connection: Connection) -> None:
    generate(connection, users=5, weeks=1, seed=1, week_of=MONDAY)
    with pytest.raises(psycopg.errors.ForeignKeyViolation), connection.transaction():
        connection.execute(
            "INSERT INTO app.daily_health (user_id, day, import_id) VALUES (99999, '2026-09-01', 1)"
        )
    with pytest.raises(psycopg.errors.UniqueViolation), connection.transaction():
        connection.execute("INSERT INTO app.daily_health SELECT * FROM app.daily_health LIMIT 1")


def test_values_are_possible_and_devices_differ() -> None:
    people = draw_people(5, 0)
    days = simulate_days(people, 5, 91)
    for metric in METRICS:
        present = days.present[metric.name]
        values = days.values[metric.name][present]
        assert metric.low <= values.min() and values.max() <= metric.high
    for name, share in DEVICES.items():
        owners = days.present[name].any(axis=1).mean()
        assert share * 0.75 < owners < share * 1.1
    assert set(TIME_ZONES) <= available_timezones()
    assert sum(TIME_ZONES.values()) == pytest.approx(1)


def test_what_is_planted_can_be_found() -> None:
    people = draw_people(5, 0)
    days = simulate_days(people, 5, 91)
    steps, asleep, tension = days.values["steps"], days.values["sleep_minutes"], days.values["stress"]
    sunday = np.arange(91) % 7 == 6
    assert np.median(steps[:, sunday]) < 0.92 * np.median(steps[:, ~sunday])
    carried = [np.corrcoef(asleep[user, :-1], np.log(steps[user, 1:]))[0, 1] for user in range(BLOCK)]
    assert 0.2 < np.mean(np.array(carried) > 0.25) < 0.6  # some, not all
    hrv = [np.corrcoef(tension[user], days.values["hrv"][user])[0, 1] for user in range(BLOCK)]
    assert np.mean(hrv) < -0.3
    assert np.mean(people.newcomer_days > 0) == pytest.approx(0.02, abs=0.015)
    worn = days.present["steps"][people.has["steps"]].mean()
    assert 0.7 < worn < 0.95


def test_preferences_labs_and_activity_have_every_case(connection: Connection) -> None:
    generate(connection, users=1_000, weeks=13, seed=1, week_of=MONDAY)
    frequencies = connection.execute(
        "SELECT array_agg(DISTINCT weekly_brief_frequency ORDER BY weekly_brief_frequency),"
        " bool_or(NOT intelligence_generation_enabled), bool_or(NOT weekly_brief_enabled)"
        " FROM app.user_preferences"
    ).fetchone()
    assert frequencies == (["biweekly", "monthly", "never", "weekly"], True, True)
    (out_of_range, within) = one(
        connection,
        "SELECT count(*) FILTER (WHERE value > ref_high), count(*) FILTER (WHERE value <= ref_high)"
        " FROM app.lab_results",
    )
    assert 0 < out_of_range < within
    (recent, later) = one(
        connection,
        "SELECT avg((last_active_at > '2026-08-24')::int)::float,"
        " count(*) FILTER (WHERE last_active_at > '2026-09-07') FROM app.users",
    )
    assert 0.5 < recent < 0.98
    assert later == 0


@pytest.mark.parametrize(("users", "weeks", "seed"), [(0, 1, 1), (1, 0, 1), (1, 1, -1)])
def test_impossible_sizes_say_what_to_give(connection: Connection, users: int, weeks: int, seed: int) -> None:
    with pytest.raises(ValueError, match="at least 1 user, 1 week and seed 0"):
        generate(connection, users=users, weeks=weeks, seed=seed, week_of=MONDAY)


def test_a_week_is_named_by_a_monday(connection: Connection) -> None:
    with pytest.raises(BadPeriod, match="named by the Monday"):
        generate(connection, users=1, weeks=1, seed=1, week_of=date(2026, 9, 8))
