"""Caps: whatever happens in whatever order, spent and reserved stay below both."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import psycopg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from include.core.db import Connection
from include.llm import budget
from include.llm.models import WriterSettings
from include.llm.prices import DECIMALS

DAY = date(2026, 1, 5)
CAPS = WriterSettings(run_cap_usd=1.0, day_cap_usd=2.0)

Amounts = dict[str, tuple[float, float, float]]


def amounts(connection: Connection) -> Amounts:
    rows = connection.execute(
        "SELECT scope, reserved_usd::float8, spent_usd::float8, cap_usd::float8 FROM llm.budgets"
    )
    return {scope: (reserved, spent, cap) for scope, reserved, spent, cap in rows}


def over(connection: Connection) -> list[str]:
    """Scopes whose cap is not held, to the last digit."""
    rows = connection.execute("SELECT scope FROM llm.budgets WHERE spent_usd + reserved_usd > cap_usd")
    return [scope for (scope,) in rows]


def test_reserved_in_both_caps_or_in_none(connection: Connection) -> None:
    budget.open_caps(connection, 1, DAY, CAPS)
    budget.open_caps(connection, 2, DAY, CAPS)
    assert budget.reserve(connection, 1, DAY, 0.9)
    assert budget.reserve(connection, 2, DAY, 1.0)
    assert not budget.reserve(connection, 1, DAY, 0.101), "the run's cap"
    before = amounts(connection)
    budget.open_caps(connection, 3, DAY, CAPS)
    assert not budget.reserve(connection, 3, DAY, 0.11), "the day's cap"
    assert amounts(connection) == {**before, "run:3": (0, 0, 1)}
    assert budget.reserve(connection, 1, DAY, 0.1), "to the cent"


def test_without_an_open_cap_nothing_may_be_spent(connection: Connection) -> None:
    assert not budget.reserve(connection, 9, DAY, 0.01)
    budget.open_caps(connection, 9, DAY, CAPS)
    assert not budget.reserve(connection, 9, DAY + timedelta(days=1), 0.01), "only one of the two is open"


def test_what_was_not_needed_is_there_for_others(connection: Connection) -> None:
    budget.open_caps(connection, 1, DAY, CAPS)
    assert budget.reserve(connection, 1, DAY, 1.0)
    assert not budget.reserve(connection, 1, DAY, 0.5)
    budget.settle(connection, 1, [(DAY, 0.6, 0.1), (DAY, 0.4, 0.4)])
    assert amounts(connection)["run:1"] == (0, 0.5, 1)
    assert budget.reserve(connection, 1, DAY, 0.5)


def test_a_cap_made_smaller_counts_at_once(connection: Connection) -> None:
    budget.open_caps(connection, 1, DAY, CAPS)
    assert budget.reserve(connection, 1, DAY, 0.5)
    budget.settle(connection, 1, [(DAY, 0.5, 0.5)])
    budget.open_caps(connection, 1, DAY, CAPS._replace(run_cap_usd=0.4))
    assert not budget.reserve(connection, 1, DAY, 0.0001)
    assert amounts(connection)["run:1"] == (0, 0.5, 0.4), "what is spent stays spent"


def test_a_night_between_reserving_and_settling_is_booked_on_the_day_of_the_call(
    connection: Connection,
) -> None:
    tomorrow = DAY + timedelta(days=1)
    for day in (DAY, tomorrow):
        budget.open_caps(connection, 1, day, CAPS)
    assert budget.reserve(connection, 1, DAY, 0.3)
    assert budget.reserve(connection, 1, tomorrow, 0.2)
    budget.settle(connection, 1, [(DAY, 0.3, 0.1), (tomorrow, 0.2, 0.2)])
    found = amounts(connection)
    assert found["day:2026-01-05"][:2] == (0, pytest.approx(0.1))
    assert found["day:2026-01-06"][:2] == (0, pytest.approx(0.2))
    assert found["run:1"][:2] == (0, pytest.approx(0.3))


STEPS = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 1), st.floats(0.000_000_1, 0.7), st.floats(0, 1)),
    max_size=40,
)


@given(STEPS)
@given_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_order_of_steps_breaks_a_cap_or_leaves_a_rest(
    connection: Connection, steps: list[tuple[int, int, float, float]]
) -> None:
    connection.execute("TRUNCATE llm.budgets")
    held: list[tuple[int, date, float]] = []
    spent = 0.0
    for run_id, days, amount, share in steps:
        day, usd = DAY + timedelta(days=days), round(amount, DECIMALS)
        budget.open_caps(connection, run_id, day, CAPS)
        if budget.reserve(connection, run_id, day, usd):
            held.append((run_id, day, usd))
        assert not over(connection)
        if held and share > 0.5:
            run, since, reserved = held.pop(0)
            needed = round(reserved * share, DECIMALS)
            budget.settle(connection, run, [(since, reserved, needed)])
            spent += needed
            assert not over(connection)
    for run, since, reserved in held:
        budget.settle(connection, run, [(since, reserved, 0.0)])
    found = amounts(connection)
    assert all(reserved == 0 for reserved, _, _ in found.values()), "to the last digit"
    by_runs = sum(amount for scope, (_, amount, _) in found.items() if scope.startswith("run:"))
    assert by_runs == pytest.approx(spent, abs=1e-9)


def test_many_at_once_never_spend_more_than_one_could(warehouse: str) -> None:
    def spender(number: int) -> float:
        chance = random.Random(number)
        run_id, spent = 1 + number % 3, 0.0
        with psycopg.connect(warehouse, autocommit=True) as connection:
            budget.open_caps(connection, run_id, DAY, CAPS)
            for _ in range(60):
                usd = round(chance.uniform(0.001, 0.08), DECIMALS)
                if budget.reserve(connection, run_id, DAY, usd):
                    assert not over(connection)
                    needed = round(usd * chance.random(), DECIMALS)
                    budget.settle(connection, run_id, [(DAY, usd, needed)])
                    spent += needed
        return spent

    with ThreadPoolExecutor(12) as pool:
        total = sum(pool.map(spender, range(12)))
    with psycopg.connect(warehouse) as connection:
        found = amounts(connection)
        assert not over(connection)
    assert total <= CAPS.day_cap_usd
    assert found[f"day:{DAY}"][1] == pytest.approx(total, abs=1e-9)
    assert total > 0.9 * CAPS.day_cap_usd, "and nearly all of it was used"


@given(st.lists(st.floats(0.000_01, 0.01).map(lambda usd: round(usd, DECIMALS)), min_size=2, max_size=60))
@given_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sums_of_floats_leave_no_dust(connection: Connection, calls: list[float]) -> None:
    """Reserved together, settled one by one."""
    connection.execute("TRUNCATE llm.budgets")
    budget.open_caps(connection, 1, DAY, CAPS)
    assert budget.reserve(connection, 1, DAY, sum(calls))
    for usd in reversed(calls):
        budget.settle(connection, 1, [(DAY, usd, usd)])
    left = connection.execute(
        "SELECT reserved_usd = 0, spent_usd = %s FROM llm.budgets WHERE scope = 'run:1'",
        (sum(Decimal(str(usd)) for usd in calls),),
    )
    assert left.fetchone() == (True, True)
