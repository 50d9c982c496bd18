"""Health and flags, part by part and bound by bound."""

import numpy as np
import pytest

from include.learning.question_health.models import Measure, Measures
from include.learning.question_health.verdicts import BOUNDS, PARTS, Bound, judge

GOOD = {"difficulty": 0.6, "discrimination": 0.45, "skip_rate": 0.01, "slow_share": 0.005}


def measures(width: float = 0.0, **values: float) -> Measures:
    """One question, `width` wide on both sides of each value."""
    named = (GOOD | values).items()
    return Measures(**{name: Measure(*(np.array([v + d]) for d in (0, -width, width))) for name, v in named})


def test_a_good_question_has_full_health_and_no_flag() -> None:
    verdicts = judge(measures())
    assert verdicts.health[0] == pytest.approx(100)
    assert verdicts.flags == [[]]


def test_the_parts_weigh_one_together_and_read_from_left_to_right() -> None:
    assert sum(part.weight for part in PARTS) == pytest.approx(1)
    for part in PARTS:
        at = [value for value, _ in part.scale]
        assert at == sorted(at)
        assert all(0 <= points <= 1 for _, points in part.scale)


@pytest.mark.parametrize("bound", BOUNDS, ids=lambda bound: bound.flag)
def test_a_flag_needs_the_whole_interval_beyond_its_bound(bound: Bound) -> None:
    bad = -0.02 if bound.side == "below" else 0.02
    beyond, across = bound.limit + bad, bound.limit + bad / 2
    assert bound.flag in judge(measures(width=0.015, **{bound.measure: beyond})).flags[0]
    assert bound.flag not in judge(measures(width=0.015, **{bound.measure: across})).flags[0]


@pytest.mark.parametrize(
    ("name", "worse"),
    [
        ("discrimination", 0.1),
        ("difficulty", 0.1),
        ("difficulty", 0.99),
        ("skip_rate", 0.2),
        ("slow_share", 0.1),
    ],
)
def test_health_falls_with_each_part(name: str, worse: float) -> None:
    assert judge(measures(**{name: worse})).health[0] < 100


def test_the_worst_question_has_none() -> None:
    worst = measures(difficulty=0.0, discrimination=-0.5, skip_rate=0.9, slow_share=0.5)
    assert judge(worst).health[0] == 0


def test_a_part_that_is_not_judged_leaves_the_weight_to_the_others() -> None:
    assert judge(measures(discrimination=np.nan)).health[0] == pytest.approx(100)
    assert judge(measures(discrimination=np.nan, skip_rate=0.3)).health[0] == pytest.approx(100 * 0.35 / 0.55)


def test_where_nothing_is_judged_nothing_is_said() -> None:
    verdicts = judge(measures(**dict.fromkeys(GOOD, np.nan)))
    assert np.isnan(verdicts.health[0])
    assert verdicts.flags == [[]]
