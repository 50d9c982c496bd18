import numpy as np
import pytest
from rule_blocks import days_of, gappy_rows, person
from scipy import stats

from include.intelligence.metrics import NAMES
from include.intelligence.rules.lagged import PAIRS, find_lags, spearman
from include.intelligence.rules.ranking import ranking

STEPS = NAMES.index("steps")


@pytest.mark.parametrize("ties", [False, True])
def test_rho_is_scipys_over_the_days_that_both_have(ties: bool) -> None:
    first, second = gappy_rows(1, 60, 90, ties=ties), gappy_rows(2, 60, 90, ties=ties)
    gap = np.isnan(first) | np.isnan(second)
    first[gap], second[gap] = np.nan, np.nan
    rho, _, n = spearman(first, second)
    for row in range(60):
        here = ~gap[row]
        expected = stats.spearmanr(first[row][here], second[row][here]).statistic
        assert rho[row] == pytest.approx(expected)
        assert n[row] == here.sum()


def test_memory_of_both_series_makes_the_relation_less_certain() -> None:
    random = np.random.default_rng(3)
    steady = np.cumsum(random.standard_normal(90)) + 100
    _, z, _ = spearman(
        np.stack([steady, random.permutation(steady)]), np.stack([steady, random.permutation(steady)])
    )
    assert z[0] < np.arctanh(0.999) * np.sqrt(87 / 1.06) / 2


def sleep_drives_steps() -> np.ndarray:
    random = np.random.default_rng(4)
    sleep = random.integers(300, 540, 91).astype(float)
    steps = np.r_[8_000.0, 20 * sleep[:-1]] + 300 * random.standard_normal(91)
    return person(sleep_minutes=sleep, steps=steps)


def test_the_next_day_is_found_with_the_means_after_high_and_low() -> None:
    days = days_of(sleep_drives_steps())
    found = find_lags(days, ranking(days))
    assert found.confidence[0, STEPS] == pytest.approx(0.99)
    assert found.effect[0, STEPS] > 0.9
    proof = found.evidence(np.array([0]), np.array([STEPS]))[0]
    assert (proof["other"], proof["n"]) == ("sleep_minutes", 90)
    assert proof["after_high"] - proof["after_low"] > 1_500


def test_under_twenty_pairs_nothing_is_said() -> None:
    values = sleep_drives_steps()
    values[:71] = np.nan  # 20 days make 19 pairs
    days = days_of(values)
    assert not find_lags(days, ranking(days)).confidence.any()


def test_unrelated_series_are_rarely_related() -> None:
    random = np.random.default_rng(6)
    people = [
        person(**{name: 50 + 10 * random.random(91) for name in {name for pair in PAIRS for name in pair}})
        for _ in range(300)
    ]
    days = days_of(*people)
    assert (find_lags(days, ranking(days)).confidence > 0).any(axis=1).mean() < 0.14  # promised: one in ten
