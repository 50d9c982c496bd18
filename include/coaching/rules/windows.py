"""In which hours of a user's own clock a message may come. Pure.

Every moment is brought into the calendar of include.core.periods first, so that nothing here overflows.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import chain, count
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from include.coaching.models import Preference
from include.core.periods import FIRST_YEAR, LAST_YEAR

EARLIEST = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
LATEST = datetime(LAST_YEAR, 12, 31, 23, tzinfo=UTC)  # its last tick
DAY = timedelta(days=1)


class Window(NamedTuple):
    """Hours of the local clock: from `start` until before `end`, best at `target`."""

    start: int
    end: int
    target: int


WINDOWS: dict[Preference, Window] = {
    "morning": Window(6, 11, target=8),
    "afternoon": Window(12, 17, target=14),
    "evening": Window(18, 21, target=19),
}


def local(moment: datetime, zone: str) -> datetime:
    """A moment on the clock of a zone; on that of UTC where nobody knows the zone."""
    return clamped(moment).astimezone(known_zone(zone))


def in_window(moment: datetime, preference: Preference, zone: str) -> bool:
    """Whether the local clock stands within the hours that the user prefers."""
    return _holds(WINDOWS[preference], local(moment, zone))


def next_target(after: datetime, preference: Preference, zone: str, not_before_day: date) -> datetime:
    """The first target hour later than `after`, on a local day from `not_before_day` on; in UTC.

    Where the clock jumps over the target it is the first minute of the window that exists from there on, or
    else the first of the window at all. A day without any is passed over.
    """
    after, where = clamped(after), known_zone(zone)
    first = max(after.astimezone(where).date(), min(not_before_day, LATEST.date()))
    targets = (_target(first + number * DAY, WINDOWS[preference], where) for number in count())
    return next(target for target in targets if target and target > after)


def clamped(moment: datetime) -> datetime:
    """The moment in UTC, or the nearer end of the calendar."""
    return min(max(moment, EARLIEST), LATEST).astimezone(UTC)


@lru_cache(maxsize=1024)  # more than there are; a source may hold any number of wrong ones
def known_zone(name: str) -> ZoneInfo:
    """The zone of a name; UTC for a name that the zone database does not know."""
    try:
        return ZoneInfo(name)
    except (
        ZoneInfoNotFoundError,
        ValueError,
        OSError,
    ):  # OSError: 'America', a folder of it; too long a name
        return ZoneInfo("UTC")


def _target(day: date, window: Window, zone: ZoneInfo) -> datetime | None:
    """The first minute of the day's window that exists, looked for from the target on; None without any.

    Of an hour that the clock shows twice, the first.
    """
    for wall in _minutes(day, window):
        moment = wall.replace(tzinfo=zone).astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) == wall:
            return moment
    return None


def _minutes(day: date, window: Window) -> Iterator[datetime]:
    midnight = datetime(day.year, day.month, day.day)  # of any zone: its caller says which
    first, target, end = 60 * window.start, 60 * window.target, 60 * window.end
    for minute in chain(range(target, end), range(first, target)):
        yield midnight + timedelta(minutes=minute)


def _holds(window: Window, clock: datetime) -> bool:
    return window.start <= clock.hour < window.end
