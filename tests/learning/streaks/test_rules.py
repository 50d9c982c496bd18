"""When a local day is over and what a streak is: tables of cases."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.learning.streaks.models import Day, DayBegun, Streak
from include.learning.streaks.rules import count, day_begun, has_come, lived_minutes
from tests.learning.streaks.zones import TICKS, ZONES

# (zone, tick in UTC, the local day that begins, offset in minutes)
MIDNIGHTS = [
    ("UTC", "2015-11-01T00:00", "2015-11-01", 0),
    ("Asia/Tokyo", "2015-11-01T15:00", "2015-11-02", 540),
    ("America/New_York", "2015-06-10T04:00", "2015-06-10", -240),
    # Half and quarter hours: the first full hour after the midnight.
    ("Asia/Kolkata", "2015-11-01T19:00", "2015-11-02", 330),  # midnight at 18:30
    ("Asia/Kathmandu", "2015-11-01T19:00", "2015-11-02", 345),  # 18:15
    ("Pacific/Chatham", "2015-07-01T12:00", "2015-07-02", 765),  # 11:15
    ("Australia/Lord_Howe", "2015-07-01T14:00", "2015-07-02", 630),  # 13:30
    # Daylight saving begins and ends in the night: the day had 23 or 25 hours.
    ("Europe/Berlin", "2015-03-28T23:00", "2015-03-29", 60),
    ("Europe/Berlin", "2015-03-29T22:00", "2015-03-30", 120),
    ("Europe/Berlin", "2015-10-24T22:00", "2015-10-25", 120),
    ("Europe/Berlin", "2015-10-25T23:00", "2015-10-26", 60),
    # Midnight does not exist: the clock jumps from 23:59 to 01:00.
    ("America/Sao_Paulo", "2015-10-18T03:00", "2015-10-18", -120),
    ("Asia/Beirut", "2015-03-28T22:00", "2015-03-29", 180),
    # Midnight comes twice: the clock goes back to 23:00 at midnight, and an hour later it is midnight for good.
    ("America/Sao_Paulo", "2016-02-21T03:00", "2016-02-21", -180),
    ("America/Havana", "2015-11-01T04:00", "2015-11-01", -240),  # back from 01:00 to 00:00: the same day
    # Back at one minute past midnight: within one hour the day begins, ends and is to begin again.
    ("America/St_Johns", "2010-11-07T04:00", "2010-11-07", -210),
    # A day that did not exist: Samoa crossed the date line in the night after the 29th.
    ("Pacific/Apia", "2011-12-30T10:00", "2011-12-31", 840),
    ("Pacific/Kwajalein", "1993-08-21T12:00", "1993-08-22", 720),
    # A zone that nobody knows counts as UTC.
    ("Mars/Olympus", "2015-11-01T00:00", "2015-11-01", 0),
]

NO_MIDNIGHTS = [
    ("UTC", "2015-11-01T01:00"),
    ("Asia/Kolkata", "2015-11-01T18:00"),  # 23:30
    ("America/Sao_Paulo", "2016-02-21T02:00"),  # 23:00 for the second time
    ("America/St_Johns", "2010-11-07T03:00"),  # 23:30 for the second time
    ("America/Havana", "2015-11-01T05:00"),  # 00:00 for the second time
    ("Mars/Olympus", "2015-11-01T05:00"),
]


@pytest.mark.parametrize(("zone", "tick", "day", "offset"), MIDNIGHTS)
def test_a_day_begins_with_the_first_tick_at_or_after_midnight(
    zone: str, tick: str, day: str, offset: int
) -> None:
    assert day_begun(zone, _utc(tick)) == DayBegun(date.fromisoformat(day), offset)


@pytest.mark.parametrize(("zone", "tick"), NO_MIDNIGHTS)
def test_at_any_other_tick_no_day_begins(zone: str, tick: str) -> None:
    assert day_begun(zone, _utc(tick)) is None


@given(TICKS)
@settings(max_examples=4, deadline=None)
def test_every_local_day_of_every_zone_begins_exactly_once(start: datetime) -> None:
    """Over 60 hours: never twice the same day, never an earlier one, at most the date line's day left out."""
    ticks = [start + timedelta(hours=hour) for hour in range(60)]
    for zone in ZONES:
        begun = [found.day for tick in ticks if (found := day_begun(zone, tick))]
        assert 1 <= len(begun) <= 4, zone
        assert all(1 <= (later - earlier).days <= 2 for earlier, later in pairwise(begun)), zone


@given(st.sampled_from(ZONES), TICKS)
def test_eight_in_the_morning_comes_once_a_day(zone: str, start: datetime) -> None:
    ticks = [start + timedelta(hours=hour) for hour in range(50)]
    mornings = [day for tick in ticks if (day := has_come(time(8), zone, tick))]
    assert 1 <= len(mornings) <= 3
    assert len(set(mornings)) == len(mornings)


def test_a_time_of_day_has_not_come_before_it_is() -> None:
    assert has_come(time(20), "Asia/Kolkata", _utc("2015-11-01T14:00")) is None  # 19:30
    assert has_come(time(20), "Asia/Kolkata", _utc("2015-11-01T15:00")) == date(2015, 11, 1)  # 20:30
    assert has_come(time(20), "UTC", _utc("2015-11-01T20:00")) == date(2015, 11, 1)
    assert has_come(time(20), "UTC", _utc("2015-11-01T21:00")) is None


BERLIN, TOKYO, HONOLULU, AUCKLAND, LONDON, NEW_YORK = 60, 540, -600, 780, 0, -300

# (what, days of November 2015 with the offsets of first and last answer, the day begun and its offset,
#  length, longest, first day)
HISTORIES = [
    ("nobody answered", [], (5, 0), 0, 0, None),
    ("one day", [(4, 0, 0)], (5, 0), 1, 1, 4),
    ("three days", [(2, 0, 0), (3, 0, 0), (4, 0, 0)], (5, 0), 3, 3, 2),
    ("nothing yesterday", [(2, 0, 0), (3, 0, 0)], (5, 0), 0, 2, None),
    ("a gap, then two days", [(1, 0, 0), (3, 0, 0), (4, 0, 0)], (5, 0), 2, 2, 3),
    ("the longest was before", [(1, 0, 0), (2, 0, 0), (4, 0, 0)], (5, 0), 1, 2, 4),
    ("today is not over and counts for nothing yet", [(4, 0, 0), (5, 0, 0)], (5, 0), 1, 1, 4),
    ("an answer from the future", [(4, 0, 0), (9, 0, 0)], (5, 0), 1, 1, 4),
    ("the clock changed in spring or autumn", [(3, 60, 60), (4, 120, 120)], (5, 60), 2, 2, 3),
    # Over the date line to the west: a day comes twice and counts once.
    ("Auckland to Honolulu", [(3, AUCKLAND, AUCKLAND), (4, AUCKLAND, HONOLULU)], (5, HONOLULU), 2, 2, 3),
    # To the east: Honolulu's 3rd is followed by Auckland's 5th; the 4th lasted one hour.
    ("Honolulu to Auckland", [(3, HONOLULU, HONOLULU), (5, AUCKLAND, AUCKLAND)], (6, AUCKLAND), 2, 2, 3),
    ("Samoa had no 30th", [(29, -600, -600), (31, 840, 840)], (32, 840), 2, 2, 29),
    ("Samoa's learners at the first midnight", [(29, -600, -600)], (31, 840), 1, 1, 29),
    # Flying east shortens a day; under twelve hours of it are forgiven.
    ("New York to Tokyo", [(3, NEW_YORK, NEW_YORK), (5, TOKYO, TOKYO)], (6, TOKYO), 2, 2, 3),
    ("London to Tokyo: 15 hours of the 4th", [(3, LONDON, LONDON), (5, TOKYO, TOKYO)], (6, TOKYO), 1, 1, 5),
    ("exactly twelve hours are not forgiven", [(3, 0, 0), (5, 720, 720)], (6, 720), 1, 1, 5),
    ("a minute less is", [(3, -1, -1), (5, 720, 720)], (6, 720), 2, 2, 3),
    ("two days missed, one of them short", [(2, HONOLULU, HONOLULU), (5, AUCKLAND, AUCKLAND)],
     (6, AUCKLAND), 1, 1, 5),
    # The zone of the profile is ahead of the traveller: his day has hardly begun when its midnight comes.
    ("still in Honolulu at Auckland's midnight", [(2, HONOLULU, HONOLULU), (3, HONOLULU, HONOLULU)],
     (5, AUCKLAND), 2, 2, 2),
    ("two midnights later", [(2, HONOLULU, HONOLULU), (3, HONOLULU, HONOLULU)], (6, AUCKLAND), 0, 2, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "begun", "length", "longest", "first"),
    [row[1:] for row in HISTORIES],
    ids=[row[0] for row in HISTORIES],
)
def test_streaks(
    days: list[tuple[int, int, int]],
    begun: tuple[int, int],
    length: int,
    longest: int,
    first: int | None,
) -> None:
    history = [Day(_november(day), *offsets) for day, *offsets in days]
    found = count(history, DayBegun(_november(begun[0]), begun[1]))
    assert (found.length, found.longest) == (length, longest)
    assert found.started_on == (None if first is None else _november(first))


def test_lived_hours() -> None:
    assert lived_minutes(0, 0) == 24 * 60
    assert lived_minutes(-600, 840) == 0  # Samoa's 30th of December 2011
    assert lived_minutes(780, -600) == 47 * 60


def test_a_streak_without_a_beginning_is_none() -> None:
    assert count([], DayBegun(date(2015, 11, 5), 0)) == Streak(0, 0, None, None, None)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _november(day: int) -> date:
    return date(2015, 10, 31) + timedelta(days=day)
