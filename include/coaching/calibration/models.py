"""What is counted of messages, and what it says."""

from typing import NamedTuple


class Taken(NamedTuple):
    """How the messages of one predicted rating were taken; numbers of messages."""

    rating: int  # 1 to 10
    messages: int
    opened: int
    answered: int
    dismissed: int


class Share(NamedTuple):
    """A share and its interval of 95 percent, 0 to 1."""

    value: float
    low: float
    high: float


class Point(NamedTuple):
    """A rating on the reliability curve: what was predicted against what followed."""

    rating: int
    messages: int
    predicted: float  # 0 to 1
    opened: Share
    answered: Share
    dismissed: Share
