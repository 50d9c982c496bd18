import math

import numpy as np
import pytest
from rule_blocks import facts_of, person

from include.intelligence.rules.body_systems import mood_points

WAVE = np.tile([-1.0, 1.0, -0.5, 0.5, 0.0, 1.5, -1.5], 13)


def test_a_system_without_data_is_none() -> None:
    systems = facts_of(person(steps=[8_000.0] * 7)).systems
    assert list(systems) == ["cardiovascular", "sleep_recovery", "activity", "metabolic", "mind"]
    assert [name for name, one in systems.items() if one] == ["activity"]
    assert systems["activity"] == {"score": 100, "trend": "steady", "drivers": ["steps"]}


def test_two_days_of_the_week_are_not_enough() -> None:
    assert facts_of(person(steps=[8_000.0] * 28 + [math.nan] * 5 + [8_000.0] * 2)).systems["activity"] is None


@pytest.mark.parametrize(
    ("metric", "level", "score"),
    [
        ("steps", 4_000, 50),
        ("sleep_minutes", 480, 100),
        ("sleep_minutes", 330, 50),
        ("sleep_minutes", 630, 50),
        ("resting_heart_rate", 80, 50),
        ("spo2", 91.5, 50),
        ("glucose", 100, 100),
        ("glucose", 200, 0),
    ],
)
def test_published_ranges_where_there_is_no_history(metric: str, level: float, score: int) -> None:
    systems = facts_of(person(**{metric: [level] * 7})).systems
    assert [one["score"] for one in systems.values() if one] == [score]


def test_half_is_own_history() -> None:
    level = 4_000 + 200 * WAVE
    level[-7:] += 5_000  # above every day before: the mean rank of the best 7 of 91 is 87 of 0..90
    score = facts_of(person(steps=level)).systems["activity"]["score"]
    assert score == round((100 + 50 + 100 * 42 / 91) / 2)


def test_the_trend_is_against_the_28_days_before() -> None:
    rising, falling = (
        np.r_[np.full(84, 6_000.0), np.full(7, 7_500.0)],
        np.r_[np.full(84, 7_500.0), np.full(7, 6_000.0)],
    )
    assert facts_of(person(steps=rising)).systems["activity"]["trend"] == "up"
    assert facts_of(person(steps=falling)).systems["activity"]["trend"] == "down"
    assert facts_of(person(steps=7_000 + 100 * WAVE)).systems["activity"]["trend"] == "steady"


def test_weight_counts_by_how_little_it_moved() -> None:
    still, moved = facts_of(person(weight=[80.0] * 35)), facts_of(person(weight=[80.0] * 28 + [82.0] * 7))
    assert still.systems["metabolic"]["score"] == 100
    assert moved.systems["metabolic"]["score"] == 50


def test_drivers_are_the_farthest_from_the_middle_first() -> None:
    systems = facts_of(person(steps=[4_400.0] * 7, active_minutes=[0.0] * 7)).systems
    assert systems["activity"]["drivers"] == ["active_minutes", "steps"]


@pytest.mark.parametrize(
    ("moods", "points"),
    [
        ({"HAPPY": 3}, 100),
        ({"happy ": 1, "Sad": 1}, 50),
        ({"RESTED/RELAXED": 1, "TENSE/ANXIOUS": 1, "NEUTRAL": 2}, 50),
        ({"TIRED": 2, "purple": 9}, 25),
    ],
)
def test_moods_by_label_in_any_case_unknown_ones_ignored(moods: dict[str, int], points: float) -> None:
    assert mood_points(moods) == points
    systems = facts_of(person(), moods=moods).systems
    assert systems["mind"] == {"score": points, "trend": "steady", "drivers": ["mood"]}


def test_only_unknown_moods_are_not_enough() -> None:
    assert facts_of(person(), moods={"purple": 5}).systems["mind"] is None
