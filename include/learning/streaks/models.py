"""What streaks are counted from, and what comes out."""

from datetime import date
from typing import NamedTuple


class Day(NamedTuple):
    """A local day with an answer, and the device's offset (minutes from UTC) at its first and last answer."""

    day: date
    first_offset: int
    last_offset: int


class DayBegun(NamedTuple):
    """The local day that begins with the midnight that is counted, and the zone's offset then (minutes)."""

    day: date
    offset: int


class Streak(NamedTuple):
    """Days in a row up to now, the most there ever were, and the first and last day of what is counted.

    `started_on` is None without a streak; `last_active_day` and `last_offset` without any answer.
    """

    length: int
    longest: int
    started_on: date | None
    last_active_day: date | None
    last_offset: int | None


NO_STREAK = Streak(0, 0, None, None, None)
