"""A learner's month as it was read, and what follows from it."""

from datetime import date
from typing import Any, NamedTuple


class Day(NamedTuple):
    """A local day with an answer or a skip."""

    day: int  # of the month
    attempts: int
    correct: int
    skips: int


class Tally(NamedTuple):
    """Answers, and how many of them were right."""

    attempts: int
    correct: int

    @property
    def accuracy(self) -> float:
        """Percent; of at least one attempt."""
        return 100 * self.correct / self.attempts


class Source(NamedTuple):
    """One learner's month as read."""

    user_id: int
    days: list[Day]  # ascending
    before: Tally  # the month before
    concepts: dict[str, Tally]
    ranks: list[
        dict[str, Any]
    ]  # board, period, rank, learners, attempts; weekly boards in order, then the month's


class Concept(NamedTuple):
    """A concept with enough answers; percent, with an interval of 95 percent."""

    concept: str
    attempts: int
    accuracy: float
    low: float
    high: float


class Streak(NamedTuple):
    """Days in a row with an answer each, within the month."""

    days: int
    first: date
    last: date


class Change(NamedTuple):
    """Accuracy less that of the month before, in points of percent, with an interval of 95 percent."""

    points: float
    low: float
    high: float


class Facts(NamedTuple):
    """What a report says."""

    month: date  # its first day
    days: list[Day]
    total: Tally
    skips: int
    before: Tally
    change: Change | None  # None: too few answers in one of the months
    streak: Streak | None
    strongest: list[Concept]
    weakest: list[Concept]
    ranks: list[dict[str, Any]]
    sufficient: bool
