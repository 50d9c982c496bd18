"""The intervals against SciPy and against what they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, pearsonr

from include.learning.intervals import difference, fisher, wilson


@given(st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_scipys(case: tuple[int, int]) -> None:
    successes, trials = case
    expected = binomtest(successes, trials).proportion_ci(method="wilson")
    low, high = wilson(np.array([successes]), np.array([trials]))
    assert low[0] == pytest.approx(expected.low, abs=1e-12)
    assert high[0] == pytest.approx(expected.high, abs=1e-12)


def test_wilson_of_nothing_is_unknown_and_the_ends_are_exact() -> None:
    low, high = wilson(np.array([0, 0, 7]), np.array([0, 7, 7]))
    assert np.isnan([low[0], high[0]]).all()
    assert low[1] == 0.0
    assert high[2] == 1.0


def test_fisher_is_scipys() -> None:
    random = np.random.default_rng(1)
    x = random.standard_normal(60)
    y = 0.5 * x + random.standard_normal(60)
    expected = pearsonr(x, y)
    low, high = fisher(np.array([expected.statistic]), np.array([60]))
    assert (low[0], high[0]) == pytest.approx(tuple(expected.confidence_interval()))


def test_fisher_of_few_or_perfect_pairs() -> None:
    low, high = fisher(np.array([0.5, 1.0, np.nan]), np.array([3, 40, 40]))
    assert np.isnan(low[[0, 2]]).all()
    assert np.isnan(high[[0, 2]]).all()
    assert 0.999 < low[1] <= high[1] <= 1


def test_difference_is_newcombes() -> None:
    """His example (a) of table II: 56/70 less 48/80, method 10: 0.0524 to 0.3339."""
    low, high = difference((48, 80), (56, 70))
    assert (low, high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference((5, 10), (5, 10))[0] < 0 < difference((5, 10), (5, 10))[1]
