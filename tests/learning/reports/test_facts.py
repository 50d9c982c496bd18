"""What a month comes to."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.learning.reports.facts import active_days, change, concepts, longest_streak
from include.learning.reports.models import Day, Streak, Tally
from tests.learning.reports.months import DAYS, NOVEMBER, november


def test_a_month_is_the_sum_of_its_days() -> None:
    facts = november()
    assert facts.total == Tally(90, 57)
    assert facts.skips == 4
    assert active_days(facts.days) == 4
    assert facts.sufficient


def test_nine_answers_are_too_few_and_ten_enough() -> None:
    few, enough = (november([Day(1, n, 5, 40)], concepts={"mean": (n, 5)}) for n in (9, 10))
    assert not few.sufficient
    assert few.strongest == few.weakest == []
    assert enough.sufficient
    assert enough.strongest


def test_the_streak_is_of_days_with_an_answer() -> None:
    assert november().streak == Streak(2, date(2015, 11, 2), date(2015, 11, 3))
    assert november([Day(4, 0, 0, 9)]).streak is None


@given(st.sets(st.integers(1, 30)))
def test_no_longer_run_of_days_exists(days: set[int]) -> None:
    found = longest_streak(sorted(days), NOVEMBER)
    runs = [
        (last - first + 1, first, last)
        for first in range(1, 31)
        for last in range(first, 31)
        if days.issuperset(range(first, last + 1))
    ]
    if not runs:
        assert found is None
    else:
        length, first, last = max(runs, key=lambda run: (run[0], -run[1]))
        assert found == Streak(length, NOVEMBER.replace(day=first), NOVEMBER.replace(day=last))


def test_a_change_needs_ten_answers_in_both_months() -> None:
    assert change(Tally(9, 9), Tally(100, 50)) is None
    assert change(Tally(100, 50), Tally(9, 9)) is None
    found = change(Tally(80, 48), Tally(70, 56))
    assert found is not None
    assert found.points == pytest.approx(20)
    assert (found.low, found.high) == pytest.approx((5.24, 33.39), abs=0.01)


def test_many_right_answers_are_stronger_than_a_few_all_right() -> None:
    strong, weak = concepts(
        {"few": Tally(5, 5), "many": Tally(60, 57), "bad": Tally(40, 8), "worse but few": Tally(5, 0),
         "hardly any": Tally(4, 0)},
        Tally(114, 70),
    )  # fmt: skip
    assert [one.concept for one in strong] == ["many", "few"]
    assert [one.concept for one in weak] == ["bad", "worse but few"]


@given(
    st.dictionaries(st.text(min_size=1), st.integers(1, 40).flatmap(
        lambda n: st.tuples(st.just(n), st.integers(0, n))), min_size=1)
)  # fmt: skip
def test_no_concept_is_both_and_the_interval_holds_the_accuracy(counts: dict[str, tuple[int, int]]) -> None:
    total = Tally(sum(n for n, _ in counts.values()), sum(k for _, k in counts.values()))
    strong, weak = concepts({name: Tally(*pair) for name, pair in counts.items()}, total)
    assert not {one.concept for one in strong} & {one.concept for one in weak}
    assert len(strong) <= 3
    assert len(weak) <= 3
    for one in strong + weak:
        assert 0 <= one.low <= one.accuracy + 1e-9
        assert one.accuracy - 1e-9 <= one.high <= 100
        assert one.attempts >= 5


def test_the_ranks_are_passed_on() -> None:
    ranks = [{"board": "weekly", "period": "2015-11-02", "rank": 3, "learners": 80, "attempts": 90}]
    assert november(DAYS, ranks=ranks).ranks == ranks
