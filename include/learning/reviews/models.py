"""What a review schedule is made of."""

from datetime import datetime
from typing import NamedTuple


class Answer(NamedTuple):
    """One answer to the question of a card; the time is in UTC."""

    at: datetime
    correct: bool


class Memory(NamedTuple):
    """What is known of a learner's memory of a question after its newest answer.

    stability: days until recall falls to 90 percent. difficulty: 1 to 10. Times are in UTC. lapses: wrong
    answers other than the first one.
    """

    stability: float
    difficulty: float
    reviewed_at: datetime
    due_at: datetime
    reviews: int
    lapses: int
