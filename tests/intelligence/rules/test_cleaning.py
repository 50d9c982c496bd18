import numpy as np
from rule_blocks import NAN, days_of, person

from include.intelligence.metrics import NAMES
from include.intelligence.rules.cleaning import Cleaned, clean

STEPS, HEART = NAMES.index("steps"), NAMES.index("resting_heart_rate")


def test_absurd_values_become_no_data_with_the_reason() -> None:
    values = person(
        steps=[float("inf"), -float("inf"), -1.0, 1e300, 120_001.0, 120_000.0], resting_heart_rate=[0.0, 60.0]
    )
    days, cleaned = clean(np.array([7]), values[None])
    assert set(cleaned) == {
        Cleaned(7, "steps", 2, "not finite"),
        Cleaned(7, "steps", 1, "negative"),
        Cleaned(7, "steps", 2, "outside 0 to 120000"),
        Cleaned(7, "resting_heart_rate", 1, "outside 25 to 150"),
    }
    assert days.present[0, STEPS].sum() == 1
    assert days.x[0, STEPS, 90] == 120_000
    assert days.x[0, HEART, 90] == 60


def test_missing_is_not_cleaned_and_zero_is_a_value() -> None:
    days, cleaned = clean(np.array([7]), person(steps=[NAN, 0.0, -0.0])[None])
    assert cleaned == []
    assert days.present[0, STEPS, -3:].tolist() == [False, True, True]
    assert not np.signbit(days.x[0, STEPS, 90])


def test_the_source_is_not_changed() -> None:
    values = person(steps=[float("inf")])
    days_of(values)
    assert np.isinf(values[90, STEPS])
