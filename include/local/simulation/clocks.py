"""Local clocks of many zones at once: what a device's clock is from UTC, and when a local time was."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # PostgreSQL's; times are seconds since
ZONE_SPAN = 2**40  # seconds; apart enough for each zone's changes to stand in a range of their own


class Clocks(NamedTuple):
    """The offsets of some zones over some time; zones are meant by their place in the list."""

    keys: Ints  # zone * ZONE_SPAN + UTC seconds from which the offset holds, ascending
    minutes: Ints  # east of UTC

    def offsets(self, zones: Ints, seconds: Ints) -> Ints:
        """Minutes from UTC at UTC times."""
        return self.minutes[np.searchsorted(self.keys, zones * ZONE_SPAN + seconds, "right") - 1]

    def to_utc(self, zones: Ints, local: Ints) -> Ints:
        """UTC seconds of local ones. Of a time that comes twice the second is meant; a time that is left
        out becomes one an hour beside it."""
        guess = local - 60 * self.offsets(zones, local)
        return local - 60 * self.offsets(zones, guess)


def read_clocks(zones: Sequence[str], first: datetime, last: datetime) -> Clocks:
    """The clocks of IANA zones between two UTC times. Two days at either end are covered as well."""
    margin = timedelta(days=2)
    keys, minutes = [], []
    for place, name in enumerate(zones):
        for moment, offset in _changes(ZoneInfo(name), first - margin, last + margin):
            keys.append(place * ZONE_SPAN + round((moment - EPOCH).total_seconds()))
            minutes.append(offset)
    return Clocks(np.array(keys, np.int64), np.array(minutes, np.int64))


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> list[tuple[datetime, int]]:
    found = [(first, _offset(zone, first))]
    day = first
    while day < last:
        following = day + timedelta(days=1)
        if _offset(zone, following) != found[-1][1]:
            found.append((_change_between(zone, day, following), _offset(zone, following)))
        day = following
    return found


def _change_between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The minute in which the offset changes, by halving."""
    old = _offset(zone, before)
    while after - before > timedelta(minutes=1):
        middle = before + timedelta(minutes=(after - before) // timedelta(minutes=2))
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return round(offset.total_seconds() / 60)


def instants(microseconds: Ints) -> "pd.DatetimeIndex":
    """Times since `EPOCH` as a column of a data frame."""
    import pandas as pd

    epoch = np.datetime64(EPOCH.replace(tzinfo=None), "us")
    return pd.DatetimeIndex(epoch + microseconds.astype("timedelta64[us]")).tz_localize("UTC")
