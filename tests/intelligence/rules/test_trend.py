import itertools
import math

import numpy as np
import pytest
from rule_blocks import days_of, gappy_rows, person
from scipy import stats

from include.intelligence.metrics import NAMES
from include.intelligence.rules.ranking import ranking
from include.intelligence.rules.trend import find_trends, mann_kendall, theil_sen

HRV = NAMES.index("hrv")


def test_the_slope_is_scipys_theil_sen_over_the_days_present() -> None:
    for row in gappy_rows(3, 50, 28, ties=False):
        here = ~np.isnan(row)
        expected = stats.theilslopes(row[here], np.arange(28)[here]).slope
        assert theil_sen(row[None])[0] == pytest.approx(expected)


@pytest.mark.parametrize("ties", [False, True])
def test_mann_kendall_by_hand(ties: bool) -> None:
    rows = gappy_rows(4, 50, 28, ties=ties)
    tau, z = mann_kendall(rows)
    for row, one_tau, one_z in zip(rows, tau, z, strict=True):
        values = row[~np.isnan(row)]
        n = len(values)
        s = sum(np.sign(b - a) for a, b in itertools.combinations(values, 2))
        counts = np.unique(values, return_counts=True)[1]
        variance = (n * (n - 1) * (2 * n + 5) - (counts * (counts - 1) * (2 * counts + 5)).sum()) / 18
        assert one_tau == pytest.approx(2 * s / (n * (n - 1)))
        assert one_z == pytest.approx((s - np.sign(s)) / math.sqrt(variance))


def test_a_drift_is_found_with_its_slope_a_week_and_noise_is_not() -> None:
    noise = np.random.default_rng(1).standard_normal(91)
    days = days_of(person(hrv=40 + 0.5 * np.arange(91) + noise), person(hrv=40 + 3 * noise))
    found = find_trends(days, ranking(days))
    assert found.confidence[0, HRV] == pytest.approx(0.99)
    assert found.direction[0, HRV] == 1
    proof = found.evidence(np.array([0]), np.array([HRV]))[0]
    assert proof["slope_per_week"] == pytest.approx(3.5, abs=0.3)
    assert (proof["weeks"], proof["days"]) == (4, 28)
    assert found.confidence[1, HRV] == 0


def test_only_the_last_28_days_count_and_14_are_needed() -> None:
    flat_then_rising = np.r_[np.full(63, 50.0), np.arange(28) + 50.0]
    sparse = np.full(91, np.nan)
    sparse[78:] = np.arange(13)
    days = days_of(person(hrv=flat_then_rising), person(hrv=sparse + 10))
    found = find_trends(days, ranking(days))
    assert found.effect[0, HRV] == 1.0
    assert found.confidence[1, HRV] == 0
