"""A text under judgement, and what its evidence says of directions."""

import re
from dataclasses import dataclass, field

from include.llm.grounding.evidence import Evidence, Quantity, Ungrounded
from include.llm.grounding.marks import Mark

OVER = re.compile(r"(?<!than )\b(?:over|during|across|in|for|through|throughout)(?: the| your| these)? ?$")
COUNT_UNITS = frozenset({"days", "weeks", "people", "pairs"})


@dataclass(slots=True)
class Judged:
    """A text under judgement."""

    text: str
    evidence: Evidence
    good: dict[str, str]
    units: dict[str, str]
    found: list[Ungrounded] = field(default_factory=list)
    # Numbers that stand for a level, per sentence: (subject, role, as written, in truth).
    levels: dict[int, list[tuple[str, str, float, float]]] = field(default_factory=dict)

    # Numbers of the sentence so far.
    before: list[Mark] = field(default_factory=list)

    def report(self, kind: str, mark: Mark, why: str) -> None:
        self.found.append(Ungrounded(kind, self.text[mark.start : mark.end], why))


def of_extreme(quantity: Quantity) -> str | None:
    return {"high": "up", "low": "down"}.get(quantity.role, quantity.direction)


def wanted(judged: Judged, subject: str, direction: str) -> str:
    """Return 'up' or 'down' for 'better' or 'worse'; what has no better becomes neither."""
    if direction not in ("better", "worse"):
        return direction
    good = judged.good.get(subject)
    if good is None:
        return "neither"
    return good if direction == "better" else {"up": "down", "down": "up"}[good]


def moves(judged: Judged, subject: str, frames: set[str], direction: str) -> bool:
    movements = judged.evidence.movements.get(subject, ())
    return any(one.frame in frames and one.direction == direction for one in movements)
