import numpy as np
import pytest
from rule_blocks import NAN, days_of, facts_of, person

from include.intelligence.metrics import NAMES
from include.intelligence.rules.week_stats import find_changes, find_steady, week_stats

STEPS = NAMES.index("steps")
USUAL = [7_000.0, 8_000.0, 9_000.0, 8_500.0, 7_500.0, 8_000.0, 8_000.0] * 4


def test_the_mean_of_the_days_with_data_against_the_28_before() -> None:
    week = [10_000.0, NAN, 12_000.0, 11_000.0, NAN, 9_000.0, 13_000.0]
    steps = facts_of(person(steps=USUAL + week)).stats["steps"]
    assert steps == (11_000.0, 8_000.0, 3_000.0, 37.5, 5, 28, 6, 13_000.0, 5, 9_000.0)


def test_known_weekly_mean_is_rounded_to_two_decimals() -> None:
    week = [15_355.0, 13_755.0, 18_134.0, 13_154.0, 11_181.0, 14_673.0, 10_602.0]
    assert facts_of(person(steps=week)).stats["steps"].this == 13_836.29


def test_under_five_days_before_there_is_no_baseline_and_no_change() -> None:
    steps = facts_of(person(steps=[8_000.0] * 4 + [9_000.0] * 7)).stats["steps"]
    assert (steps.baseline, steps.change, steps.pct, steps.baseline_days) == (None, None, None, 4)
    assert facts_of(person(steps=[8_000.0] * 5 + [9_000.0] * 7)).stats["steps"].baseline == 8_000.0


def test_a_week_without_data_is_no_data_and_not_zero() -> None:
    stats = facts_of(person(steps=USUAL + [NAN] * 7)).stats
    assert list(stats) == ["steps"]
    assert stats["steps"] == (None, 8_000.0, None, None, 0, 28, None, None, None, None)


def test_days_older_than_the_28_before_count_for_nothing() -> None:
    assert facts_of(person(steps=[8_000.0] * 10 + [NAN] * 35)).stats == {}


def test_a_baseline_of_zero_has_no_percent() -> None:
    minutes = facts_of(person(active_minutes=[0.0] * 28 + [10.0] * 7)).stats["active_minutes"]
    assert (minutes.change, minutes.pct) == (10.0, None)


def test_the_effect_is_in_robust_spreads() -> None:
    stats = week_stats(days_of(person(steps=USUAL + [9_000.0] * 7)))
    # Median 8000; deviations 1000, 0, 1000, 500, 500, 0, 0: their median is 500.
    assert stats.spread[0, STEPS] == pytest.approx(1.4826 * 500)
    assert stats.effect[0, STEPS] == pytest.approx(1_000 / (1.4826 * 500))


def test_a_level_that_never_moved_has_a_floor_under_its_spread() -> None:
    stats = week_stats(days_of(person(weight=[80.0] * 28 + [80.2] * 7)))
    assert stats.spread[0, NAMES.index("weight")] == pytest.approx(0.4)


def test_a_level_is_changed_or_steady_never_both() -> None:
    moved = week_stats(days_of(person(steps=USUAL + [11_000.0] * 7)))
    same = week_stats(days_of(person(steps=USUAL + USUAL[:7])))
    assert find_changes(moved).confidence[0, STEPS] > 0.95
    assert find_steady(moved).confidence[0, STEPS] == 0
    assert find_changes(same).confidence[0, STEPS] == 0
    assert find_steady(same).confidence[0, STEPS] > 0.9


def test_fewer_days_are_believed_less() -> None:
    def confidence(days: int) -> float:
        week = np.array([9_000.0] * days + [NAN] * (7 - days))
        return float(find_changes(week_stats(days_of(person(steps=[*USUAL, *week])))).confidence[0, STEPS])

    assert confidence(7) > confidence(4) > confidence(3) > 0
    assert confidence(2) == 0
