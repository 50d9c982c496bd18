"""How new a page is, and what it says about that."""

from typing import NamedTuple

from api.pages import words
from api.reading import Found, State


class Standing(NamedTuple):
    """`state` fresh, refreshing or stale; the rest in words."""

    state: str
    made: str  # when the batch made it
    made_iso: str
    looked: str  # how long ago it was read, for what is stale


def standing(found: Found) -> Standing:
    made = found.entry.generated_at
    return Standing(found.state.value, words.moment(made), words.iso(made), words.ago(found.age))


def worst(states: list[State]) -> str:
    """The state of a page of several parts: stale where any is, then refreshing."""
    order = (State.STALE, State.REFRESHING)
    return next((state.value for state in order if state in states), State.FRESH.value)
