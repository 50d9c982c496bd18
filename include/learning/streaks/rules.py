"""When a local day is over, and how long a streak is. Pure; sql/learning/stage_streaks.sql says the same.

The batch counts all learners of a midnight in one statement. These functions are its specification: a
property test holds the two equal over random histories and the time zones there are.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from include.learning.streaks.models import NO_STREAK, Day, DayBegun, Streak

DAY_MINUTES = 24 * 60
HOUR = timedelta(hours=1)
FORGIVEN_BELOW_MINUTES = 12 * 60


def lived_minutes(offset_before: int, offset_after: int) -> int:
    """How long a local day lasted that somebody began at one offset and ended at another.

    Its end on the new clock minus its beginning on the old one: flying east shortens a day.
    """
    return DAY_MINUTES + offset_before - offset_after


def follows(day: date, offset: int, earlier: Day) -> bool:
    """Whether a day (and the offset at its beginning) goes on with the streak of the earlier one.

    The next day does. So does the one after it, when there were less than twelve hours of the day between.
    """
    gap = (day - earlier.day).days
    return gap <= 1 or (gap == 2 and lived_minutes(earlier.last_offset, offset) < FORGIVEN_BELOW_MINUTES)


def count(days: Sequence[Day], begun: DayBegun) -> Streak:
    """The streak of a learner with these days, in order, when a new day begins.

    Days that are not over count for nothing yet. Days that a traveller never had break no streak and do not
    lengthen it.
    """
    over = [day for day in days if day.day < begun.day]
    if not over:
        return NO_STREAK
    runs = [[over[0]]]
    for day in over[1:]:
        if follows(day.day, day.first_offset, runs[-1][-1]):
            runs[-1].append(day)
        else:
            runs.append([day])
    last, longest = runs[-1][-1], max(map(len, runs))
    if not follows(begun.day, begun.offset, last):
        return Streak(0, longest, None, last.day, last.last_offset)
    return Streak(len(runs[-1]), longest, runs[-1][0].day, last.day, last.last_offset)


def local_time(moment: datetime, zone: str) -> datetime:
    """The wall clock (without zone) of a zone; of one that nobody knows, that of UTC."""
    try:
        known = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return moment.astimezone(UTC).replace(tzinfo=None)
    return moment.astimezone(known).replace(tzinfo=None)


def day_begun(zone: str, tick: datetime) -> DayBegun | None:
    """The local day that began in the hour up to a tick; None where none did.

    By the calendar at both ends of the hour, so it does not matter what became of midnight itself: the clock
    may have jumped over it, or over a whole day, or have shown it twice.
    """
    before, now = local_time(tick - HOUR, zone), local_time(tick, zone)
    if now.date() <= before.date():
        return None
    return DayBegun(now.date(), _offset_minutes(now, tick))


def has_come(at: time, zone: str, tick: datetime) -> date | None:
    """The local day on which a time of day came in the hour up to a tick; None where it did not."""
    before, now = local_time(tick - HOUR, zone), local_time(tick, zone)
    moment = datetime.combine(now.date(), at)
    return now.date() if before < moment <= now else None


def _offset_minutes(local: datetime, moment: datetime) -> int:
    return round((local - moment.astimezone(UTC).replace(tzinfo=None)).total_seconds() / 60)
