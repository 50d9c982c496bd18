import numpy as np
import pytest
from rule_blocks import days_of, person

from include.intelligence.metrics import NAMES
from include.intelligence.rules.ranking import ranking
from include.intelligence.rules.records import find_records, records
from include.intelligence.rules.week_stats import week_stats

STEPS, HEART = NAMES.index("steps"), NAMES.index("resting_heart_rate")
USUAL = np.tile([7_000.0, 8_000.0, 9_000.0], 28)  # 84 days


def found_in(**series: np.ndarray) -> np.ndarray:
    days = days_of(person(**series))
    return records(week_stats(days), ranking(days)).found[0]


def test_the_best_of_91_days_with_its_weekday() -> None:
    days = days_of(person(steps=np.r_[USUAL, [8_000, 8_000, 15_000, 8_000, 8_000, 8_000, 8_000]]))
    stats, ranked = week_stats(days), ranking(days)
    found = find_records(stats, records(stats, ranked), ranked)
    assert found.evidence(np.array([0]), np.array([STEPS])) == [{"value": 15_000.0, "weekday": 2, "days": 91}]
    assert found.confidence[0, STEPS] == pytest.approx(1 - 7 / 91)


@pytest.mark.parametrize("best", [9_000.0, 8_999.0])
def test_a_day_equalled_or_beaten_before_is_no_record(best: float) -> None:
    assert not found_in(steps=np.r_[USUAL, [best] + [8_000] * 6])[STEPS]


def test_the_lowest_counts_where_less_is_better_and_nothing_for_weight() -> None:
    found = found_in(
        resting_heart_rate=np.r_[USUAL / 100, [60] + [80] * 6], weight=np.r_[USUAL / 100, [99] + [80] * 6]
    )
    assert found[HEART]
    assert not found[NAMES.index("weight")]
    assert not found_in(resting_heart_rate=np.r_[USUAL / 100, [95] + [80] * 6])[HEART]


def test_28_days_are_needed() -> None:
    assert found_in(steps=np.r_[USUAL[:21], [8_000] * 6, [15_000]])[STEPS]
    assert not found_in(steps=np.r_[USUAL[:20], [8_000] * 6, [15_000]])[STEPS]
