"""All time zones there are, and moments to look at them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from include.coaching.models import Frequency, Preference

ZONES = sorted(available_timezones() - {"localtime"})
FREQUENCIES: tuple[Frequency, ...] = ("daily", "multipleTimesPerWeek", "onceAWeek")
PREFERENCES: tuple[Preference, ...] = ("morning", "afternoon", "evening")

START = datetime(1990, 1, 1, tzinfo=UTC)
HOURS_TO_2037 = int((datetime(2037, 12, 25, tzinfo=UTC) - START) / timedelta(hours=1))
TICKS = st.integers(0, HOURS_TO_2037).map(lambda hours: START + timedelta(hours=hours))
MOMENTS = st.integers(0, 4 * HOURS_TO_2037).map(lambda quarters: START + timedelta(minutes=15 * quarters))

# What the windows are, said once more, so that the tests do not ask the rules what is right.
HOURS = {"morning": range(6, 11), "afternoon": range(12, 17), "evening": range(18, 21)}
TARGETS = {"morning": 8, "afternoon": 14, "evening": 19}


def utc(text: str) -> datetime:
    """A moment like '2015-11-01T06:00'."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def clock(moment: datetime, zone: str) -> datetime:
    """The local clock, without its zone."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def is_inside(moment: datetime, preference: str, zone: str) -> bool:
    """Whether the local hour is one of the window's."""
    return clock(moment, zone).hour in HOURS[preference]


def day(text: str) -> date:
    """A day like '2015-11-01'."""
    return date.fromisoformat(text)
