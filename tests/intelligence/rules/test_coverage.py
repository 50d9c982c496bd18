import pytest
from rule_blocks import NAN, days_of, person

from include.intelligence.metrics import NAMES
from include.intelligence.rules.coverage import find_coverage
from include.intelligence.rules.week_stats import week_stats

STEPS = NAMES.index("steps")


@pytest.mark.parametrize(("measured", "direction"), [(7, 0), (6, 0), (5, -1), (2, -1)])
def test_fewer_days_than_usual_are_said(measured: int, direction: int) -> None:
    week = [8_000.0] * measured + [NAN] * (7 - measured)
    found = find_coverage(week_stats(days_of(person(steps=[8_000.0] * 28 + week))))
    assert found.direction[0, STEPS] == direction
    assert found.n[0, STEPS] == measured


def test_more_days_than_usual_are_said_and_an_empty_week_is_not() -> None:
    sparse = [8_000.0, NAN, NAN, NAN] * 7
    more = find_coverage(week_stats(days_of(person(steps=sparse + [8_000.0] * 7))))
    none = find_coverage(week_stats(days_of(person(steps=sparse + [NAN] * 7))))
    assert more.direction[0, STEPS] == 1
    assert none.confidence[0, STEPS] == 0
