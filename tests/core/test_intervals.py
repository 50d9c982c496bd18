"""The intervals against SciPy and against what they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, pearsonr

from include.core.intervals import difference, fisher, wilson


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


@pytest.mark.parametrize("learners", [30, 200])
def test_fisher_holds_for_items_of_a_test(learners: int) -> None:
    """Twenty-five items of the two-parameter logistic model, from very easy to very hard: the corrected
    item-total correlation of 400,000 learners lies in the interval about 95 times in 100."""
    random = np.random.default_rng(9)
    slope, place = random.uniform(0.8, 1.8, 25), np.linspace(-2.5, 2.5, 25)

    def drawn(people: int) -> np.ndarray:
        chance = 1 / (1 + np.exp(-slope * (random.standard_normal((people, 1)) - place)))
        right = (random.random(chance.shape) < chance).astype(float)
        rest = (right.sum(axis=1, keepdims=True) - right) / 24
        with np.errstate(invalid="ignore"):
            right, rest = right - right.mean(axis=0), rest - rest.mean(axis=0)
            return (right * rest).sum(axis=0) / np.sqrt((right**2).sum(axis=0) * (rest**2).sum(axis=0))

    truth = drawn(400_000)
    found = np.stack([drawn(learners) for _ in range(100)])
    low, high = fisher(found, np.full(25, learners))
    held = ((low <= truth) & (truth <= high))[~np.isnan(found)]
    assert 0.93 < held.mean() < 0.98
