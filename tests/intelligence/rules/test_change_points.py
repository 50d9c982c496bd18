import numpy as np
import pytest
from rule_blocks import days_of, gappy_rows, person

from include.intelligence.metrics import NAMES
from include.intelligence.rules.change_points import change_points, find_change_points, pettitt
from include.intelligence.rules.ranking import centred_ranks, ranking

STEPS = NAMES.index("steps")


def test_k_and_p_by_hand() -> None:
    rows = gappy_rows(1, 20, 91, ties=True)
    p, last = pettitt(centred_ranks(rows), np.count_nonzero(~np.isnan(rows), axis=1).astype(float))
    for row, one_p, one_last in zip(rows, p, last, strict=True):
        values = row[~np.isnan(row)]
        n = len(values)
        signs = np.sign(values[:, None] - values[None, :])
        u = np.array([abs(signs[:t, t:].sum()) for t in range(1, n)])
        assert one_p == pytest.approx(min(1.0, 2 * np.exp(-6 * u.max() ** 2 / (n**3 + n**2))))
        assert np.count_nonzero(~np.isnan(row[: one_last + 1])) == u.argmax() + 1


def test_a_lasting_shift_is_found_on_its_day() -> None:
    noise = 500 * np.random.default_rng(2).standard_normal(91)
    days = days_of(person(steps=np.where(np.arange(91) < 50, 6_000, 9_000) + noise))
    ranked = ranking(days)
    found = find_change_points(change_points(days, ranked), ranked)
    proof = found.evidence(np.array([0]), np.array([STEPS]))[0]
    assert proof["days_ago"] == 40  # day 50 of 0..90
    assert proof["before"] == pytest.approx(6_000, abs=300)
    assert proof["after"] == pytest.approx(9_000, abs=300)
    assert found.direction[0, STEPS] == 1
    assert found.confidence[0, STEPS] == pytest.approx(0.99)


def test_no_shift_in_noise_in_a_constant_in_six_weeks_or_at_the_very_end() -> None:
    noise = 8_000 + 500 * np.random.default_rng(3).standard_normal(91)
    late = np.r_[noise[:87], noise[87:] + 5_000]
    short = np.r_[np.full(20, 5_000.0), np.full(21, 9_000.0)]
    days = days_of(*(person(steps=series) for series in (noise, [7_000.0] * 91, short, late)))
    assert len(change_points(days, ranking(days)).users) == 0
