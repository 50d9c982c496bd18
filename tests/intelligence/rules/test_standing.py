import numpy as np
import pytest
from rule_blocks import facts_of, person

from include.intelligence.metrics import NAMES
from include.intelligence.rules.block import Cohorts

STEPS = NAMES.index("steps")


def cohorts(own: int, everybody: int) -> Cohorts:
    """Own cohort's percentiles 0..100 hundred steps apart from 5000; everybody's from 0."""
    users, quantiles = np.zeros((2, 11), int), np.full((2, 11, 101), np.nan)
    users[:, STEPS] = own, everybody
    quantiles[0, STEPS] = 5_000 + 100 * np.arange(101)
    quantiles[1, STEPS] = 100 * np.arange(101)
    return Cohorts(["30-39|female", "all"], users, quantiles)


def compare(steps: float, frozen: Cohorts, cohort: int = 0) -> dict[str, object]:
    return facts_of(person(steps=[steps] * 7), frozen, cohort=cohort).comparative


@pytest.mark.parametrize(
    ("steps", "percentile"),
    [(8_000, 30), (8_060, 30), (10_000, 50), (0, 1), (5_000, 1), (15_000, 99), (99_999, 99)],
)
def test_percentile_in_the_own_cohort_never_at_the_extremes(steps: float, percentile: int) -> None:
    expected = {"percentile": percentile, "cohort": "30-39|female", "users": 20}
    assert compare(steps, cohorts(20, 500)) == {"steps": expected}


def test_a_cohort_under_twenty_falls_back_to_all_and_all_under_twenty_to_none() -> None:
    assert compare(8_000, cohorts(19, 20)) == {"steps": {"percentile": 80, "cohort": "all", "users": 20}}
    assert compare(8_000, cohorts(19, 19)) == {}


def test_an_unknown_cohort_is_compared_with_all() -> None:
    assert compare(8_000, cohorts(50, 60), cohort=-1)["steps"]["cohort"] == "all"  # type: ignore[index]


def test_many_users_at_one_value_stand_in_the_middle_of_them() -> None:
    frozen = cohorts(100, 100)
    frozen.quantiles[0, STEPS] = np.r_[np.zeros(41), np.full(20, 9_000.0), np.full(40, 12_000.0)]
    assert compare(9_000, frozen)["steps"]["percentile"] == 50  # type: ignore[index]


def test_without_cohorts_or_without_a_value_there_is_no_comparison() -> None:
    nothing = Cohorts([], np.zeros((0, 11), int), np.zeros((0, 11, 101)))
    assert compare(8_000, nothing) == {}
    assert facts_of(person(hrv=[40.0] * 7), cohorts(50, 50), cohort=0).comparative == {}
