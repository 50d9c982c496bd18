import numpy as np
import pytest
from rule_blocks import NAN, days_of, person

from include.intelligence.metrics import NAMES
from include.intelligence.rules.streaks import Streaks, find_streaks, streaks
from include.intelligence.rules.week_stats import week_stats

STEPS, STRESS = NAMES.index("steps"), NAMES.index("stress")
USUAL = [6_000.0, 10_000.0] * 14  # median 8000, half of the days as good


def streaks_of(**series: list[float]) -> Streaks:
    days = days_of(person(**series))
    return streaks(days, week_stats(days))


@pytest.mark.parametrize(
    ("week", "length"),
    [
        ([5_000, 5_000, 5_000, 5_000, 8_000, 9_000, 8_500], 3),
        ([9_000, 9_000, 9_000, 9_000, 9_000, 9_000, 7_999], 0),
        ([9_000, 9_000, 9_000, NAN, 9_000, 9_000, 9_000], 3),
        ([9_000, 9_000, 9_000, 9_000, 9_000, 9_000, NAN], 0),
        ([9_000] * 7, 8),  # the last of the 28 days before was good too
    ],
)
def test_days_to_sunday_at_or_above_the_usual_median(week: list[float], length: int) -> None:
    assert streaks_of(steps=USUAL + week).length[0, STEPS] == length


def test_less_is_better_for_stress_and_nothing_is_better_for_weight() -> None:
    found = streaks_of(stress=[40.0, 20.0] * 14 + [45.0] + [25.0] * 6, weight=[80.0] * 35)
    assert found.length[0, STRESS] == 6
    assert found.length[0, NAMES.index("weight")] == 0


def test_a_streak_can_be_as_long_as_the_history() -> None:
    assert streaks_of(steps=[8_000.0] * 91).length[0, STEPS] == 91


def test_confidence_is_a_sign_test_with_the_share_of_days_as_good() -> None:
    days = days_of(person(steps=[*USUAL[::-1], 5_000.0, *[9_000.0] * 6]), person(steps=[8_000.0] * 91))
    stats = week_stats(days)
    confidence = find_streaks(stats, streaks(days, stats)).confidence[:, STEPS]
    assert confidence[0] == pytest.approx(1 - 0.5**6)
    assert confidence[1] == 0  # every day was as good: no achievement


def test_a_streak_broken_by_a_measured_day_of_this_week() -> None:
    broken = streaks_of(
        steps=USUAL[:-5] + [9_000.0] * 6 + [9_000.0, 5_000.0, 9_000.0, 9_000.0, 9_000.0, 9_000.0]
    )
    assert (broken.ended[0, STEPS], broken.ended_days_ago[0, STEPS]) == (7, 4)
    missing = streaks_of(
        steps=USUAL[:-5] + [9_000.0] * 6 + [9_000.0, NAN, 9_000.0, 9_000.0, 9_000.0, 9_000.0]
    )
    assert missing.ended[0, STEPS] == 0


def test_without_a_baseline_there_is_no_streak() -> None:
    assert not np.any(streaks_of(steps=[9_000.0] * 7).length)
