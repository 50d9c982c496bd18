import numpy as np
import pytest
from rule_blocks import busy_person, days_of, person
from scipy import stats

from include.intelligence.metrics import NAMES
from include.intelligence.rules.ranking import ranking
from include.intelligence.rules.weekday_effects import find_weekdays, rank_sum_z

STEPS = NAMES.index("steps")


def test_z_is_that_of_mann_whitney_with_ties_and_gaps() -> None:
    days = days_of(busy_person(1), busy_person(2, missing=0.4))
    z = rank_sum_z(ranking(days))
    weekday = np.arange(91) % 7
    for user, metric, day in np.ndindex(2, 11, 7):
        row = days.x[user, metric]
        on, other = row[weekday == day], row[weekday != day]
        test = stats.mannwhitneyu(
            on[~np.isnan(on)], other[~np.isnan(other)], use_continuity=False, method="asymptotic"
        )
        assert 2 * stats.norm.sf(abs(z[user, metric, day])) == pytest.approx(test.pvalue)


def test_a_quiet_sunday_is_found_with_its_means() -> None:
    steps = np.where(np.arange(91) % 7 == 6, 4_000.0, 9_000.0) + np.arange(91)
    days = days_of(person(steps=steps))
    found = find_weekdays(days, ranking(days))
    assert found.confidence[0, STEPS] == pytest.approx(0.99)
    assert found.direction[0, STEPS] == -1
    assert found.effect[0, STEPS] == -1.0  # every Sunday is below every other day
    proof = found.evidence(np.array([0]), np.array([STEPS]))[0]
    assert proof == {
        "weekday": 6, "mean_on_day": 4_048.0, "mean_other": 9_044.5, "weeks": 13,
        "median_difference": proof["median_difference"],
    }  # fmt: skip
    assert proof["median_difference"] == pytest.approx(-4_997, abs=5)


def test_no_effect_in_a_constant_or_from_three_weeks() -> None:
    short = np.where(np.arange(21) % 7 == 6, 4_000.0, 9_000.0)
    days = days_of(person(steps=[5_000.0] * 91), person(steps=short))
    assert not find_weekdays(days, ranking(days)).confidence.any()


def test_noise_is_rarely_taken_for_a_weekday() -> None:
    random = np.random.default_rng(5)
    days = days_of(*(person(steps=8_000 + 1_000 * random.standard_normal(91)) for _ in range(400)))
    found = find_weekdays(days, ranking(days)).confidence[:, STEPS] > 0
    assert found.mean() < 0.13  # promised: one in ten
