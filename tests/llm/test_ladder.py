"""The ladder as a table: what follows from each outcome, wherever a request stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.llm import ladder
from include.llm.ladder import MOST_FAILURES, MOST_RATE_LIMITS, Next, Place
from include.llm.models import Outcome

NOT_OF_CALLS = (Outcome.ANSWERED, Outcome.BUDGET, Outcome.BREAKER, Outcome.LATE)  # unjudged, or never made
OF_CALLS = [one for one in Outcome if one not in NOT_OF_CALLS]
DOWN = Place(1, 0, 0)

# outcome, place → status, place, reason. Two models, so that rung 1 is the last.
TABLE = [
    ("grounded", (0, 0, 0), "answered", (0, 0, 0), None),
    ("grounded", (1, 1, 2), "answered", (1, 1, 2), None),
    # asked once more with what was wrong, then the next rung
    ("ungrounded", (0, 0, 0), "pending", (0, 1, 0), None),
    ("ungrounded", (0, 0, 2), "pending", (0, 1, 0), None),
    ("ungrounded", (0, 1, 0), "pending", (1, 0, 0), "ungrounded"),
    ("ungrounded", (1, 1, 0), "fallen", (2, 0, 0), "ungrounded"),
    ("invalid", (0, 0, 0), "pending", (0, 1, 0), None),
    ("invalid", (0, 1, 1), "pending", (1, 0, 0), "invalid"),
    ("truncated", (0, 0, 0), "pending", (0, 1, 0), None),
    ("truncated", (1, 1, 0), "fallen", (2, 0, 0), "truncated"),
    # paid and final: the same question would bring the same answer, or be paid twice
    ("refused", (0, 0, 0), "pending", (1, 0, 0), "refused"),
    ("refused", (1, 0, 0), "fallen", (2, 0, 0), "refused"),
    ("lost", (0, 0, 0), "pending", (1, 0, 0), "lost"),
    ("lost", (0, 1, 0), "pending", (1, 0, 0), "lost"),
    ("lost", (1, 0, 0), "fallen", (2, 0, 0), "lost"),
    # wrong whoever asks, or too late to wait for: the next rung at once
    ("rejected", (0, 0, 0), "pending", (1, 0, 0), "rejected"),
    ("rejected", (1, 0, 0), "fallen", (2, 0, 0), "rejected"),
    ("expired", (0, 0, 0), "pending", (1, 0, 0), "expired"),
    # free: the same again, so and so often
    ("overloaded", (0, 0, 0), "pending", (0, 0, 1), None),
    ("overloaded", (0, 1, MOST_FAILURES - 1), "pending", (0, 1, MOST_FAILURES), None),
    ("overloaded", (0, 0, MOST_FAILURES), "pending", (1, 0, 0), "overloaded"),
    ("unavailable", (0, 0, MOST_FAILURES), "pending", (1, 0, 0), "unavailable"),
    ("unavailable", (1, 0, MOST_FAILURES), "fallen", (2, 0, 0), "unavailable"),
    ("rate_limited", (0, 0, MOST_FAILURES), "pending", (0, 0, MOST_FAILURES + 1), None),
    ("rate_limited", (0, 0, MOST_RATE_LIMITS), "pending", (1, 0, 0), "rate_limited"),
    # nobody will answer: straight to the template, whatever the rung
    ("spend_limit", (0, 0, 0), "fallen", (0, 0, 0), "spend_limit"),
    ("denied", (0, 1, 2), "fallen", (0, 1, 2), "denied"),
]


@pytest.mark.parametrize(("outcome", "place", "status", "then", "reason"), TABLE)
def test_the_table(
    outcome: str, place: tuple[int, ...], status: str, then: tuple[int, ...], reason: str | None
) -> None:
    assert ladder.after(Outcome(outcome), Place(*place), rungs=2) == Next(status, Place(*then), reason)  # type: ignore[arg-type]


def test_the_table_names_every_outcome_of_a_call() -> None:
    assert {outcome for outcome, *_ in TABLE} == {str(one) for one in OF_CALLS}


@given(st.lists(st.sampled_from(OF_CALLS), min_size=60, max_size=60), st.integers(1, 3))
def test_every_request_ends_and_only_on_a_rung_that_it_reached(outcomes: list[Outcome], rungs: int) -> None:
    place, calls, billed = Place(0, 0, 0), 0, 0
    for outcome in outcomes:
        next_ = ladder.after(outcome, place, rungs)
        calls, billed = calls + 1, billed + (outcome not in ladder.UNBILLED)
        assert next_.place.rung >= place.rung
        if next_.status != "pending":
            break
        assert next_.place != place, "the same place again would go on for ever"
        place = next_.place
    assert next_.status != "pending" or calls == 60
    assert billed <= 2 * rungs, "each model is paid twice at the most: a first and a second try"
    if next_.status == "fallen":
        assert next_.reason


@given(st.sampled_from(OF_CALLS), st.integers(1, 3))
def test_a_last_resort_always_comes(outcome: Outcome, rungs: int) -> None:
    place, calls = Place(0, 0, 0), 0
    while (next_ := ladder.after(outcome, place, rungs)).status == "pending":
        place, calls = next_.place, calls + 1
    assert calls <= rungs * (MOST_RATE_LIMITS + 2)
