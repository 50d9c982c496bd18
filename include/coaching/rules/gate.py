"""Is a message worth sending? Once it may be revised; below the gate it is not sent."""

from enum import StrEnum

from include.coaching.models import Action, Simulation

GATE = 6  # of 10
MOST_ATTEMPTS = 2


class Verdict(StrEnum):
    """What becomes of an attempt."""

    SEND = "send"
    SKIP = "skip"
    REVISE = "revise"
    REFUSE = "refuse"
    HELD = "held"  # by the screen, before anybody judged it


# coaching_messages.failure_reason; NULL = sent.
FAILURES: dict[Verdict, str | None] = {
    Verdict.SEND: None,
    Verdict.SKIP: "skipped",
    Verdict.REVISE: "revised",
    Verdict.REFUSE: "under_gate",
    Verdict.HELD: "safety",
}


def verdict(simulation: Simulation, attempt: int) -> Verdict:
    """What follows from a simulated outcome; a revised message is sent by its rating alone."""
    if simulation.action is Action.SKIP:
        return Verdict.SKIP
    is_last = attempt >= MOST_ATTEMPTS
    if simulation.rating >= GATE and (is_last or simulation.action is Action.SEND):
        return Verdict.SEND
    return Verdict.REFUSE if is_last else Verdict.REVISE
