"""Counts to measures: minima, and what is not judged."""

import numpy as np
import pytest

from include.learning.question_health.measures import MINIMUM, measure
from include.learning.question_health.models import Counts


def counts(**columns: list[float]) -> Counts:
    """One question a value; what is not given is that of an ordinary question with 100 learners."""
    n = len(next(iter(columns.values())))
    ordinary: dict[str, object] = {
        "question_id": range(1, n + 1), "learners": [100] * n, "answers": [95] * n, "correct": [60] * n,
        "skips": [5] * n, "pairs": [90] * n, "correlation": [0.4] * n, "timed": [95] * n,
        "median_ms": [9_000.0] * n, "slow": [0] * n,
    }  # fmt: skip
    return Counts(**{name: np.array(list(values)) for name, values in (ordinary | columns).items()})  # type: ignore[call-overload]


def test_nothing_is_judged_below_the_minimum() -> None:
    below, enough = MINIMUM - 1, MINIMUM
    few = counts(
        learners=[below, enough], answers=[below, enough], correct=[10, 10], pairs=[below, enough],
        timed=[below, enough],
    )  # fmt: skip
    for name, found in measure(few)._asdict().items():
        assert np.isnan([column[0] for column in found]).all(), name
        assert not np.isnan([column[1] for column in found]).any(), name


def test_a_question_that_all_skip_is_judged_by_its_skips_alone() -> None:
    found = measure(counts(learners=[50], answers=[0], correct=[0], skips=[50], pairs=[0], timed=[0]))
    assert found.skip_rate.value[0] == 1
    assert np.isnan(found.difficulty.value[0])
    assert np.isnan(found.discrimination.value[0])


def test_no_spread_is_no_discrimination_and_no_fence_no_slow_share() -> None:
    found = measure(counts(correlation=[np.nan], timed=[0]))
    assert np.isnan(found.discrimination.low[0])
    assert np.isnan(found.slow_share.value[0])


def test_values_lie_in_their_intervals() -> None:
    random = np.random.default_rng(7)
    right = random.integers(0, 96, 300)
    found = measure(counts(correct=right.tolist(), correlation=random.uniform(-1, 1, 300).tolist()))
    for name in ("difficulty", "discrimination"):
        value, low, high = getattr(found, name)
        assert (low <= value).all(), name
        assert (value <= high).all(), name
    assert found.difficulty.value[0] == pytest.approx(right[0] / 95)
