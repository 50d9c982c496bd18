"""From counts to the curve: known answers, and what must hold of any counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.coaching.calibration.curve import error, points, predicted, ranking
from include.coaching.calibration.models import Taken


@st.composite
def takens(draw: st.DrawFn) -> list[Taken]:
    ratings = draw(st.sets(st.integers(1, 10)))
    found = []
    for rating in ratings:
        messages = draw(st.integers(1, 50_000))
        found.append(Taken(rating, messages, *(draw(st.integers(0, messages)) for _ in range(3))))
    return found


def test_ratings_stand_for_shares() -> None:
    assert [predicted(rating) for rating in (1, 4, 10)] == pytest.approx([0, 1 / 3, 1])


def test_a_point_has_its_share_and_wilsons_interval() -> None:
    (point,) = points([Taken(8, 100, 60, 25, 0)])
    assert point.predicted == pytest.approx(7 / 9)
    assert point.answered == pytest.approx((0.25, 0.1755, 0.3430), abs=1e-4)
    assert point.dismissed == pytest.approx((0.0, 0.0, 0.0370), abs=1e-4)


def test_the_error_is_that_of_each_message_on_the_mean() -> None:
    assert error([]) is None
    assert error([Taken(10, 10, 10, 10, 0), Taken(1, 10, 0, 0, 0)]) == 0
    assert error([Taken(10, 30, 0, 0, 0), Taken(1, 10, 0, 0, 0)]) == pytest.approx(0.75)


def test_ranking_against_every_pair_of_messages() -> None:
    counts = [Taken(6, 30, 0, 4, 0), Taken(9, 12, 0, 7, 0), Taken(7, 20, 0, 5, 0)]
    answered = [one.rating for one in counts for _ in range(one.answered)]
    unanswered = [one.rating for one in counts for _ in range(one.messages - one.answered)]
    pairs = [(a > b) + (a == b) / 2 for a in answered for b in unanswered]
    assert ranking(counts) == pytest.approx(np.mean(pairs))
    assert ranking([Taken(6, 10, 0, 0, 0)]) is None
    assert ranking([Taken(6, 10, 0, 10, 0)]) is None


@given(takens())
def test_whatever_was_counted(counts: list[Taken]) -> None:
    found = points(counts)
    assert [point.rating for point in found] == sorted(one.rating for one in counts)
    for point in found:
        for share in (point.opened, point.answered, point.dismissed):
            assert 0 <= share.low <= share.value <= share.high <= 1
    if counts:
        assert 0 <= (error(counts) or 0) <= 1
        assert 0 <= (ranking(counts) or 0) <= 1


def test_a_rating_without_messages_is_no_point() -> None:
    assert points([Taken(6, 0, 0, 0, 0)]) == []
