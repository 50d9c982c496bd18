"""In which hours a message may come: tables of clocks, and every zone there is."""

import struct
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.coaching.models import Preference
from include.coaching.rules import windows
from include.coaching.rules.windows import LATEST, WINDOWS, in_window, local, next_target
from tests.coaching.rules.zones import MOMENTS, PREFERENCES, TARGETS, ZONES, clock, day, is_inside, utc

UNKNOWN_ZONES = (
    "",
    "Mars/Olympus",
    "America",
    "../../etc/passwd",
    "a\0b",
    "Europe/Berlin ",
    "\ud800",
    "x" * 5000,
)


@pytest.mark.parametrize(
    ("preference", "start", "end", "target"),
    [("morning", 6, 11, 8), ("afternoon", 12, 17, 14), ("evening", 18, 21, 19)],
)
def test_the_windows_are_those_that_users_know(
    preference: Preference, start: int, end: int, target: int
) -> None:
    assert WINDOWS[preference] == (start, end, target)


@pytest.mark.parametrize("preference", PREFERENCES)
def test_a_window_holds_its_first_minute_and_not_its_end(preference: Preference) -> None:
    start, end, _ = WINDOWS[preference]
    midnight = utc("2015-06-10T00:00")
    inside = [
        in_window(midnight + timedelta(minutes=minute), preference, "UTC")
        for minute in (60 * start - 1, 60 * start, 60 * end - 1, 60 * end)
    ]
    assert inside == [False, True, True, False]


@pytest.mark.parametrize("zone", UNKNOWN_ZONES)
def test_a_zone_that_nobody_knows_counts_as_utc(zone: str) -> None:
    moment = utc("2015-06-10T07:15")
    assert local(moment, zone) == moment
    assert local(moment, zone).utcoffset() == timedelta(0)
    assert next_target(moment, "morning", zone, day("2015-06-10")) == utc("2015-06-10T08:00")


@pytest.mark.parametrize("moment", [datetime.min, datetime.max], ids=["first", "last"])
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_ends_of_time_are_no_fault(moment: datetime, zone: str) -> None:
    ends = moment.replace(tzinfo=UTC)
    assert 1899 <= local(ends, zone).year <= 3000
    for earliest in (date.min, date.max):
        assert next_target(ends, "evening", zone, earliest) <= LATEST + timedelta(days=2)


# (what, after, preference, zone, not before, the target in UTC)
TARGETS_OF = [
    ("today's is still to come", "2015-06-10T07:59", "morning", "UTC", "2015-06-10", "2015-06-10T08:00"),
    ("it is just the target", "2015-06-10T08:00", "morning", "UTC", "2015-06-10", "2015-06-11T08:00"),
    ("the window is open, its target is over", "2015-06-10T15:00", "afternoon", "UTC", "2015-06-10",
     "2015-06-11T14:00"),
    ("a later day is asked for", "2015-06-10T07:00", "evening", "UTC", "2015-06-17", "2015-06-17T19:00"),
    ("an earlier one is asked for", "2015-06-10T20:00", "evening", "UTC", "2015-06-01", "2015-06-11T19:00"),
    ("half hours", "2015-06-10T00:00", "morning", "Asia/Kolkata", "2015-06-10", "2015-06-10T02:30"),
    ("quarter hours", "2015-06-10T00:00", "morning", "Asia/Kathmandu", "2015-06-10", "2015-06-10T02:15"),
    # Daylight saving: the clock on the wall counts, whatever UTC does.
    ("before spring", "2015-03-28T12:00", "morning", "Europe/Berlin", "2015-03-28", "2015-03-29T06:00"),
    ("after spring", "2015-03-29T12:00", "morning", "Europe/Berlin", "2015-03-29", "2015-03-30T06:00"),
    ("before autumn", "2015-10-24T12:00", "morning", "Europe/Berlin", "2015-10-24", "2015-10-25T07:00"),
    ("New York, the day before", "2015-03-07T20:00", "evening", "America/New_York", "2015-03-07",
     "2015-03-08T00:00"),
    ("New York, the day of it", "2015-03-08T00:00", "evening", "America/New_York", "2015-03-08",
     "2015-03-08T23:00"),
    ("half an hour of it", "2015-10-03T12:00", "morning", "Australia/Lord_Howe", "2015-10-04",
     "2015-10-03T21:00"),  # at UTC+11; on the 3rd it was UTC+10:30
    ("and back", "2015-04-04T12:00", "morning", "Australia/Lord_Howe", "2015-04-05", "2015-04-04T21:30"),
    # Samoa had no 30th of December 2011, Kwajalein no 21st of August 1993.
    ("Samoa's last morning in the east", "2011-12-29T10:00", "morning", "Pacific/Apia", "2011-12-29",
     "2011-12-29T18:00"),
    ("Samoa's lost day", "2011-12-29T18:00", "morning", "Pacific/Apia", "2011-12-30", "2011-12-30T18:00"),
    ("Kwajalein's lost day", "1993-08-20T21:00", "morning", "Pacific/Kwajalein", "1993-08-21",
     "1993-08-21T20:00"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("after", "preference", "zone", "earliest", "target"),
    [row[1:] for row in TARGETS_OF],
    ids=[row[0] for row in TARGETS_OF],
)
def test_the_next_target(after: str, preference: Preference, zone: str, earliest: str, target: str) -> None:
    assert next_target(utc(after), preference, zone, day(earliest)) == utc(target)


@given(
    st.sampled_from(ZONES), st.sampled_from(PREFERENCES), MOMENTS,
    st.integers(-3, 9).map(lambda days: timedelta(days=days)),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_the_next_target_is_what_a_clock_on_the_wall_shows_first(
    zone: str, preference: Preference, after: datetime, distance: timedelta
) -> None:
    """Held against somebody who looks at the clock every quarter of an hour."""
    earliest = clock(after, zone).date() + distance
    found = next_target(after, preference, zone, earliest)
    steps = (after + timedelta(minutes=15 * number) for number in count(1))
    seen = next(
        step for step in steps
        if clock(step, zone).date() >= earliest
        and (clock(step, zone).hour, clock(step, zone).minute) == (TARGETS[preference], 0)
    )  # fmt: skip
    assert after < found <= seen
    assert is_inside(found, preference, zone)
    if found < seen:  # only where that day's target did not exist
        assert clock(found, zone).date() < clock(seen, zone).date()
        assert clock(found, zone).minute or clock(found, zone).hour != TARGETS[preference]


def jumping(at: str, minutes: int) -> ZoneInfo:
    """A zone at UTC whose clock jumps once, for good; no real one jumps during a window. As RFC 8536 writes it."""
    head, kept, types = ">5s15x6I", b"A\0", struct.pack(">ibbibb", 0, 0, 0, 60 * minutes, 0, 0)
    old = struct.pack(head, b"TZif2", 0, 0, 0, 0, 1, 2) + types[:6] + kept  # what readers of today skip
    new = struct.pack(head, b"TZif2", 0, 0, 0, 1, 2, 2) + struct.pack(">qb", int(utc(at).timestamp()), 1)
    return ZoneInfo.from_file(BytesIO(old + new + types + kept + b"\n\n"), key="jumping")


@pytest.mark.parametrize(
    ("jumps_at", "minutes", "shown"),
    [
        ("2015-06-10T08:00", 60, "2015-06-10T09:00"),  # 08:00 to 08:59 do not exist
        ("2015-06-10T07:30", 60, "2015-06-10T08:30"),
        ("2015-06-10T07:30", 30, "2015-06-10T08:00"),  # nothing lost
        ("2015-06-10T08:00", 175, "2015-06-10T10:55"),
        ("2015-06-10T07:00", 300, "2015-06-10T06:00"),  # of the window only its first hour is left
        ("2015-06-10T05:00", 600, "2015-06-11T08:00"),  # nothing of it is left
    ],
)
def test_a_target_that_the_clock_jumps_over_moves_within_its_window(
    jumps_at: str, minutes: int, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = jumping(jumps_at, minutes)
    monkeypatch.setattr(windows, "known_zone", lambda name: zone)
    found = next_target(utc("2015-06-10T00:00"), "morning", "jumping", day("2015-06-10"))
    assert found.astimezone(zone).replace(tzinfo=None) == datetime.fromisoformat(shown)


def test_of_an_hour_shown_twice_the_first_is_the_target(monkeypatch: pytest.MonkeyPatch) -> None:
    zone = jumping("2015-06-10T08:45", -60)
    monkeypatch.setattr(windows, "known_zone", lambda name: zone)
    first = next_target(utc("2015-06-10T00:00"), "morning", "jumping", day("2015-06-10"))
    assert first == utc("2015-06-10T08:00")
    after = next_target(first, "morning", "jumping", day("2015-06-10"))
    assert after.astimezone(zone).replace(tzinfo=None) == datetime.fromisoformat("2015-06-11T08:00")
