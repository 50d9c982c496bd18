"""What follows from the outcome of a call: the ladder model → cheaper model → template."""

from typing import Literal, NamedTuple

from include.llm.models import Outcome

MOST_FAILURES = 3  # free ones on a rung, as within any attempt of a batch
MOST_RATE_LIMITS = 12  # each is waited out as the provider asks

Status = Literal["pending", "answered", "fallen"]

MENDABLE = {Outcome.UNGROUNDED, Outcome.INVALID, Outcome.TRUNCATED}
FREE = {Outcome.RATE_LIMITED, Outcome.OVERLOADED, Outcome.UNAVAILABLE}
UNBILLED = {*FREE, Outcome.REJECTED, Outcome.EXPIRED, Outcome.SPEND_LIMIT, Outcome.DENIED}
# What the same facts, prompt and model would come to again.
LASTING = {*MENDABLE, Outcome.REFUSED}
STOPS_ALL = {Outcome.SPEND_LIMIT, Outcome.DENIED}
SIGNS_OF_OUTAGE = {Outcome.OVERLOADED, Outcome.UNAVAILABLE, Outcome.LOST, Outcome.REJECTED}


class Place(NamedTuple):
    """Where a request stands."""

    rung: int
    attempt: int
    failures: int


class Next(NamedTuple):
    """Where it goes. `reason` says why it left its rung; None = it has not."""

    status: Status
    place: Place
    reason: str | None = None


def after(outcome: Outcome, place: Place, rungs: int) -> Next:
    """The next place of a request after an outcome; `rungs` is the number of models."""
    if outcome is Outcome.GROUNDED:
        return Next("answered", place)
    if outcome in STOPS_ALL:
        return Next("fallen", place, outcome)
    if outcome in MENDABLE and place.attempt == 0:
        return Next("pending", Place(place.rung, 1, 0))
    most = MOST_RATE_LIMITS if outcome is Outcome.RATE_LIMITED else MOST_FAILURES
    if outcome in FREE and place.failures < most:
        return Next("pending", place._replace(failures=place.failures + 1))
    return leave(outcome, place.rung, rungs)


def leave(outcome: Outcome, rung: int, rungs: int) -> Next:
    """Down one rung; below the last model is the template."""
    status: Status = "pending" if rung + 1 < rungs else "fallen"
    return Next(status, Place(rung + 1, 0, 0), outcome)
