import numpy as np
import pytest
from rule_blocks import NAN, days_of, person

from include.intelligence.metrics import NAMES
from include.intelligence.rules.consistency import find_consistency
from include.intelligence.rules.findings import Finding
from include.intelligence.rules.week_stats import week_stats

SLEEP = NAMES.index("sleep_minutes")
USUAL = [360.0, 480.0, 420.0, 390.0, 450.0, 500.0, 340.0] * 4


def found_in(week: list[float]) -> Finding:
    days = days_of(person(sleep_minutes=USUAL + week))
    return find_consistency(days, week_stats(days))


def test_days_much_alike_are_a_smaller_spread_than_usual() -> None:
    found = found_in([420.0, 425.0, 415.0, 421.0, 419.0, 420.0, 422.0])
    assert found.direction[0, SLEEP] == -1
    assert found.confidence[0, SLEEP] > 0.95
    proof = found.evidence(np.array([0]), np.array([SLEEP]))[0]
    assert proof == {"spread": 2.1, "baseline_spread": pytest.approx(1.4826 * 60, abs=0.01), "days": 7}


def test_the_usual_spread_is_no_finding_and_neither_are_four_days() -> None:
    assert found_in(USUAL[:7]).confidence[0, SLEEP] == 0
    assert found_in([420.0] * 4 + [NAN] * 3).confidence[0, SLEEP] == 0
