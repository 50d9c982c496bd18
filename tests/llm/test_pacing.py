"""How many calls at once, in numbers and at the end of a real connection."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.llm.models import Outcome, Result
from include.llm.pacing import OPENS_AFTER, Breaker, Pace

GOOD, LIMITED = Result(Outcome.GROUNDED), Result(Outcome.RATE_LIMITED)


def test_a_burst_of_refusals_halves_once_and_a_later_one_again() -> None:
    pace = Pace(100)
    for _ in range(30):
        pace.learn(Result(Outcome.RATE_LIMITED, retry_after_s=2.0), now=10.0)
    assert pace.limit == 50
    pace.learn(LIMITED, now=12.5)
    assert pace.limit == 25


def test_nothing_is_sent_before_the_provider_allows() -> None:
    pace = Pace(10)
    pace.learn(Result(Outcome.RATE_LIMITED, retry_after_s=7.0), now=100.0)
    assert pace.room(0, 106.9) == 0
    assert pace.room(0, 107.0) == 5
    pace.learn(Result(Outcome.GROUNDED, retry_after_s=30.0), now=107.0)
    assert pace.room(0, 136.9) == 0, "nothing remains until then, says the header of a good answer"
    pace.learn(Result(Outcome.RATE_LIMITED, retry_after_s=1.0), now=108.0)
    assert pace.room(0, 136.9) == 0, "a shorter wait does not shorten a longer one"


def test_a_refusal_without_a_time_pauses_all_the_same() -> None:
    pace = Pace(10)
    pace.learn(LIMITED, now=0.0)
    assert pace.room(0, 0.99) == 0
    assert pace.room(0, 1.0) == 5


def test_a_good_round_gives_one_more_call_up_to_the_most() -> None:
    pace = Pace(100)
    pace.learn(LIMITED, now=0.0)
    for _ in range(50):
        pace.learn(GOOD, now=2.0)
    assert pace.limit == pytest.approx(51, abs=0.05)
    for _ in range(20_000):
        pace.learn(GOOD, now=2.0)
    assert pace.limit == 100


@given(
    st.integers(1, 500),
    st.lists(
        st.tuples(
            st.sampled_from([Outcome.GROUNDED, Outcome.RATE_LIMITED, Outcome.LOST]), st.floats(0.0, 60.0)
        ),
        max_size=60,
    ),
)
def test_there_is_always_room_in_the_end_and_never_more_than_allowed(
    most: int, happened: list[tuple[Outcome, float]]
) -> None:
    pace, now = Pace(most), 0.0
    for outcome, wait in happened:
        now += 0.1
        pace.learn(Result(outcome, retry_after_s=wait), now)
        assert 0 <= pace.room(0, now) <= most
    assert 1 <= pace.room(0, pace.quiet_until + now) <= most


def test_the_breaker_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker()
    for _ in range(OPENS_AFTER - 1):
        breaker.learn(Outcome.OVERLOADED)
    breaker.learn(Outcome.REFUSED)  # an answer all the same
    for _ in range(OPENS_AFTER - 1):
        breaker.learn(Outcome.UNAVAILABLE)
        breaker.learn(Outcome.RATE_LIMITED)  # a busy provider is no broken one
    assert not breaker.is_open
    breaker.learn(Outcome.LOST)
    assert breaker.is_open


def test_retry_after_is_waited_out(
    ask: Callable[..., Any], order: Callable[..., None], write: Callable[..., Any], stand: Callable[..., Any]
) -> None:
    ask(20)
    order(rate_limit={"next": 1, "skip": 4, "retry_after": 1.3})
    sent = write()
    assert stand() == {("answered", 0, None): 20}
    times = [one.at for one in sent]
    widest = max(later - earlier for earlier, later in pairwise(times))
    assert widest >= 1.3
    assert len(sent) == 21
