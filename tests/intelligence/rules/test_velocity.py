import numpy as np
import pytest
from rule_blocks import NAN, busy_person, facts_of, person

WAVE = np.tile([-1.0, 1.0, -0.5, 0.5, 0.0, 1.5, -1.5], 13)


def velocity(**series: np.ndarray) -> dict[str, dict[str, object] | None]:
    return facts_of(person(**series)).velocity


def test_as_before_is_fifty_and_steady() -> None:
    for one in velocity(steps=8_000 + 900 * WAVE, hrv=45 + 5 * WAVE).values():
        assert one is not None
        assert one["score"] == 50
        assert one["direction"] == "steady"


def test_better_is_up_whichever_way_a_metric_is_better() -> None:
    step = np.r_[np.zeros(63), np.ones(28)]
    better = velocity(steps=8_000 + 900 * (WAVE + 2 * step), stress=40 - 5 * (WAVE + 2 * step))
    worse = velocity(steps=8_000 - 900 * (WAVE + 2 * step), stress=40 + 5 * (WAVE + 2 * step))
    for name in ("28", "90"):
        assert better[name]["direction"] == "up"  # type: ignore[index]
        assert worse[name]["direction"] == "down"  # type: ignore[index]
        assert better[name]["score"] + worse[name]["score"] == 100  # type: ignore[index, operator]
    assert better["7"]["direction"] == "up"  # type: ignore[index]


def test_contributions_add_up_to_the_distance_from_fifty() -> None:
    for seed in range(20):
        for one in facts_of(busy_person(seed)).velocity.values():
            assert one["score"] - 50 == pytest.approx(sum(one["contributions"].values()), abs=0.51)
            assert 0 <= one["score"] <= 100
            assert set(one["contributions"]) == {
                "steps", "active_minutes", "sleep_minutes", "resting_heart_rate", "hrv", "spo2", "stress",
            }  # fmt: skip


def test_one_metric_is_not_enough_and_weight_does_not_count() -> None:
    assert velocity(steps=8_000 + 900 * WAVE, weight=80 + WAVE) == {"7": None, "28": None, "90": None}


def test_a_range_without_its_days_is_none() -> None:
    month = velocity(steps=(8_000 + 900 * WAVE)[-35:], hrv=(45 + 5 * WAVE)[-35:])
    assert month["7"] is not None
    assert (month["28"], month["90"]) == (None, None)
    gone = np.r_[WAVE[:84], np.full(7, NAN)]
    away = velocity(steps=8_000 + 900 * gone, hrv=45 + 5 * gone)
    assert away["7"] is None
    assert away["28"] is not None
