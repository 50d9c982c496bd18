"""When the next message is due: tables of cases, and lives of a year under hourly ticks."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.coaching.models import Due, Frequency, Outcome, Plan, Preference
from include.coaching.rules.schedule import after_failure, after_success, plan, tries_on
from tests.coaching.rules.zones import (
    FREQUENCIES,
    PREFERENCES,
    TARGETS,
    TICKS,
    ZONES,
    clock,
    day,
    is_inside,
    utc,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAYS = {"daily": 1, "multipleTimesPerWeek": 2, "onceAWeek": 7}
FIRST_WAIT = {"daily": 7, "multipleTimesPerWeek": 13, "onceAWeek": 25}


def due(at: str | None = "2015-06-10T08:00", **told: object) -> Due:
    """A daily morning user in UTC who is due, unless told otherwise."""
    usual = Due(7, "daily", "morning", "UTC", utc(at) if at else None)
    return usual._replace(**told)  # type: ignore[arg-type]


# (what, the user, tick, outcome, local day, next due)
PLANS = [
    ("due at the target", due(), "2015-06-10T08:00", None, "2015-06-10", None),
    ("due earlier in the window", due("2015-06-10T08:00"), "2015-06-10T10:00", None, "2015-06-10", None),
    ("due for days", due("2015-06-01T08:00"), "2015-06-10T06:00", None, "2015-06-10", None),
    ("a message yesterday", due(last_message_day=day("2015-06-09")), "2015-06-10T08:00", None, "2015-06-10",
     None),
    ("before the window", due(), "2015-06-10T05:00", Outcome.OUTSIDE_WINDOW, "2015-06-10", "2015-06-10T08:00"),
    ("the window has closed", due(), "2015-06-10T11:00", Outcome.OUTSIDE_WINDOW, "2015-06-10",
     "2015-06-11T08:00"),
    ("the user's own clock counts", due(time_zone="Asia/Tokyo"), "2015-06-10T08:00", Outcome.OUTSIDE_WINDOW,
     "2015-06-10", "2015-06-10T23:00"),
    ("no zone that anybody knows", due(time_zone="Mars/Olympus"), "2015-06-10T08:00", None, "2015-06-10", None),
    ("the preference has changed since", due(preference="evening"), "2015-06-10T08:00",
     Outcome.OUTSIDE_WINDOW, "2015-06-10", "2015-06-10T19:00"),
    ("a message today", due(last_message_day=day("2015-06-10")), "2015-06-10T10:00", Outcome.ALREADY_TODAY,
     "2015-06-10", "2015-06-11T08:00"),
    ("a message today, before the new window", due(preference="evening", last_message_day=day("2015-06-10")),
     "2015-06-10T12:00", Outcome.ALREADY_TODAY, "2015-06-10", "2015-06-11T19:00"),
    ("a message on a later day: the clock went back", due(last_message_day=day("2015-06-13")),
     "2015-06-10T08:00", Outcome.ALREADY_TODAY, "2015-06-10", "2015-06-14T08:00"),
    ("flown east to west over the date line: the 10th comes again",
     due(time_zone="Pacific/Honolulu", last_message_day=day("2015-06-10")), "2015-06-10T18:00",
     Outcome.ALREADY_TODAY, "2015-06-10", "2015-06-11T18:00"),
    ("two tries today", due(tries=2, tries_day=day("2015-06-10")), "2015-06-10T10:00", None, "2015-06-10", None),
    ("three tries today", due(tries=3, tries_day=day("2015-06-10")), "2015-06-10T10:00",
     Outcome.TRIES_USED_UP, "2015-06-10", "2015-06-11T08:00"),
    ("three tries yesterday", due(tries=3, tries_day=day("2015-06-09")), "2015-06-10T10:00", None,
     "2015-06-10", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("user", "tick", "outcome", "local_day", "again"),
    [row[1:] for row in PLANS],
    ids=[row[0] for row in PLANS],
)
def test_what_a_tick_does_with_a_due_user(
    user: Due, tick: str, outcome: Outcome | None, local_day: str, again: str | None
) -> None:
    assert plan(user, utc(tick)) == Plan(outcome, day(local_day), utc(again) if again else None)


# (what, the user, tick, next due)
SUCCESSES = [
    ("daily", due(), "2015-06-10T08:00", "2015-06-11T08:00"),
    ("late in the window: the target does not drift", due(), "2015-06-10T10:00", "2015-06-11T08:00"),
    ("early in the window", due(), "2015-06-10T06:00", "2015-06-11T08:00"),
    ("every second day", due(frequency="multipleTimesPerWeek"), "2015-06-10T08:00", "2015-06-12T08:00"),
    ("weekly", due(frequency="onceAWeek"), "2015-06-10T08:00", "2015-06-17T08:00"),
    ("weekly over the end of summer", due(frequency="onceAWeek", time_zone="Europe/Berlin"),
     "2015-10-21T06:00", "2015-10-28T07:00"),
    ("23 hours in spring", due(time_zone="America/New_York"), "2015-03-07T13:00", "2015-03-08T12:00"),
    ("half hours: the tick comes after the target", due(time_zone="Asia/Kolkata"), "2015-06-10T03:00",
     "2015-06-11T02:30"),
    ("the local day counts", due(preference="evening", time_zone="America/New_York"), "2015-06-11T00:00",
     "2015-06-11T23:00"),
    ("Samoa had no 30th", due(time_zone="Pacific/Apia"), "2011-12-29T18:00", "2011-12-30T18:00"),
]  # fmt: skip

FAILURES = [
    ("the first", due(), "2015-06-10T08:00", "2015-06-10T10:00"),
    ("the second in a row", due(failures=1), "2015-06-10T06:00", "2015-06-10T10:00"),
    ("the third", due(failures=2), "2015-06-10T06:00", "2015-06-10T14:00"),
    ("the hundredth", due(failures=99), "2015-06-10T06:00", "2015-06-10T14:00"),
    ("a count that cannot be", due(failures=-3), "2015-06-10T06:00", "2015-06-10T08:00"),
    ("the second try of the day", due(failures=1, tries=1, tries_day=day("2015-06-10")), "2015-06-10T10:00",
     "2015-06-10T14:00"),
    ("the last of the day", due(failures=2, tries=2, tries_day=day("2015-06-10")), "2015-06-10T10:00",
     "2015-06-11T08:00"),
    ("after two tries yesterday", due(failures=2, tries=2, tries_day=day("2015-06-09")), "2015-06-10T08:00",
     "2015-06-10T16:00"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("user", "tick", "again"), [row[1:] for row in SUCCESSES], ids=[row[0] for row in SUCCESSES]
)
def test_after_a_success_the_target_hour_some_local_days_on(user: Due, tick: str, again: str) -> None:
    assert after_success(user, utc(tick)) == utc(again)


@pytest.mark.parametrize(
    ("user", "tick", "again"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES]
)
def test_after_a_failure_a_retry_in_some_hours_or_the_next_day(user: Due, tick: str, again: str) -> None:
    assert after_failure(user, utc(tick)) == utc(again)


@pytest.mark.parametrize("frequency", FREQUENCIES)
def test_first_times_are_spread_evenly_and_follow_from_user_and_tick(frequency: Frequency) -> None:
    tick = utc("2015-06-10T08:00")
    users = [due(None, user_id=number, frequency=frequency) for number in range(2_000)]
    plans = [plan(user, tick) for user in users]
    assert {found.outcome for found in plans} == {Outcome.BOOTSTRAPPED}
    waits = sorted((found.next_due_at - tick) / HOUR for found in plans if found.next_due_at)
    longest = FIRST_WAIT[frequency]
    assert 1 <= waits[0] < 1.1
    assert longest - 0.1 < waits[-1] <= longest
    assert waits[1_000] == pytest.approx((1 + longest) / 2, rel=0.1)
    assert plans == [plan(user, tick) for user in users]
    assert plans != [plan(user, tick + HOUR) for user in users]
    elsewhere = tick.astimezone(datetime.now().astimezone().tzinfo)
    assert plans == [plan(user, elsewhere) for user in users]  # the same moment, however it is written


def test_the_end_of_the_calendar_is_no_fault() -> None:
    """A day or a moment that no calendar has a next of."""
    user = due(last_message_day=date.max, tries=3, tries_day=date.max)
    for tick in (datetime.min.replace(tzinfo=UTC), utc("2015-06-10T08:00"), datetime.max.replace(tzinfo=UTC)):
        for frequency in FREQUENCIES:
            last = user._replace(frequency=frequency)
            moments = (plan(last, tick).next_due_at, after_success(last, tick), after_failure(last, tick))
            assert all(moment and moment.year <= 3000 for moment in moments)


DUES = st.builds(
    Due,
    user_id=st.integers(1, 2**40),
    frequency=st.sampled_from(FREQUENCIES),
    preference=st.sampled_from(PREFERENCES),
    time_zone=st.sampled_from(ZONES),
    next_due_at=st.none() | TICKS,
    failures=st.integers(0, 9),
    tries=st.integers(0, 4),
)


@given(DUES, TICKS, st.integers(-3, 2), st.integers(-1, 1))
@settings(max_examples=500, deadline=None)
def test_whatever_the_state_and_the_zone(user: Due, tick: datetime, message_ago: int, tries_ago: int) -> None:
    """Never outside the window, never two on a local day, always a next time, which is later."""
    today = clock(tick, user.time_zone).date()
    user = user._replace(last_message_day=today + message_ago * DAY, tries_day=today + tries_ago * DAY)
    found = plan(user, tick)
    assert found.local_day == today
    if found.outcome is None:
        assert is_inside(tick, user.preference, user.time_zone)
        assert message_ago < 0
        assert tries_on(user, today) < 3
    else:
        assert found.next_due_at is not None
        assert found.next_due_at > tick
    assert after_failure(user, tick) > tick
    succeeded = clock(after_success(user, tick), user.time_zone)
    assert succeeded.date() >= today + DAYS[user.frequency] * DAY
    assert is_inside(after_success(user, tick), user.preference, user.time_zone)


class Life(NamedTuple):
    """What became of a user under hourly ticks: of each message, the tick and the local clock."""

    ticks: list[datetime]
    clocks: list[datetime]
    tries: dict[date, int]


def live(
    user: Due,
    start: datetime,
    days: int,
    *,
    fails: Callable[[datetime], bool] = lambda tick: False,
    changes: Callable[[Due, datetime], Due] = lambda user, tick: user,
) -> Life:
    """Hourly ticks, as the batch goes through them; `changes` is what the user does in between."""
    life = Life([], [], {})
    for hour in range(24 * days):
        tick = start + hour * HOUR
        user = changes(user, tick)
        if user.next_due_at is not None and user.next_due_at > tick:
            continue
        found = plan(user, tick)
        if found.outcome is not None:
            user = user._replace(next_due_at=found.next_due_at)
            continue
        tries = tries_on(user, found.local_day) + 1
        life.tries[found.local_day] = life.tries.get(found.local_day, 0) + 1
        if fails(tick):
            user = user._replace(
                next_due_at=after_failure(user, tick), failures=user.failures + 1, tries=tries,
                tries_day=found.local_day,
            )  # fmt: skip
            continue
        life.ticks.append(tick)
        life.clocks.append(clock(tick, user.time_zone))
        user = user._replace(
            next_due_at=after_success(user, tick), failures=0, tries=tries, tries_day=found.local_day,
            last_message_day=found.local_day,
        )  # fmt: skip
    return life


YEARS = [
    ("UTC", "2015-01-01T00:00"),
    ("Europe/Berlin", "2015-01-01T00:00"),
    ("America/New_York", "2023-01-01T05:00"),
    ("America/Sao_Paulo", "2015-01-01T00:00"),
    ("America/St_Johns", "2010-01-01T00:00"),
    ("Asia/Kathmandu", "2015-01-01T00:00"),
    ("Africa/Casablanca", "2022-01-01T00:00"),  # winter time during Ramadan
    ("Australia/Lord_Howe", "2015-01-01T00:00"),  # half an hour of daylight saving
    ("Pacific/Chatham", "2015-01-01T00:00"),
    ("Pacific/Apia", "2011-06-01T00:00"),  # a day is left out
    ("Antarctica/Troll", "2015-01-01T00:00"),  # two hours of daylight saving
    ("Antarctica/Casey", "2018-01-01T00:00"),  # three hours
    ("Asia/Pyongyang", "2018-01-01T00:00"),
]


@pytest.mark.parametrize(("zone", "start"), YEARS, ids=[zone for zone, _ in YEARS])
def test_a_year_without_drift_and_without_a_day_too_many(zone: str, start: str) -> None:
    """All frequencies and windows: every message in the target's hour, and exactly so many days apart."""
    for frequency in FREQUENCIES:
        for preference in PREFERENCES:
            life = live(Due(1, frequency, preference, zone, None), utc(start), 365)
            steady = life.clocks[1:]  # the first comes when the user comes
            assert {moment.hour for moment in steady} == {TARGETS[preference]}
            apart = [(later.date() - earlier.date()).days for earlier, later in pairwise(life.clocks)]
            usual = DAYS[frequency]
            lost = [days for days in apart if days != usual]
            assert lost in ([], [usual + 1]), (frequency, preference)
            assert not lost or zone == "Pacific/Apia"
            assert sum(apart) >= 365 - 3 * usual


@given(
    st.sampled_from(ZONES), st.sampled_from(FREQUENCIES), st.sampled_from(PREFERENCES), TICKS,
    st.integers(0, 2**32),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_two_months_with_failures_travel_and_new_settings(
    zone: str, frequency: Frequency, preference: Preference, start: datetime, seed: int
) -> None:
    """A third of the tries fails; now and then the user flies somewhere or wants something else."""

    def changes(user: Due, tick: datetime) -> Due:
        if chance.random() < 1 / 300:
            user = user._replace(time_zone=chance.choice(ZONES))
        if chance.random() < 1 / 300:
            user = user._replace(
                frequency=chance.choice(FREQUENCIES), preference=chance.choice(PREFERENCES), next_due_at=None
            )
        now[:] = [user]
        return user

    def fails(tick: datetime) -> bool:
        assert is_inside(tick, now[0].preference, now[0].time_zone)
        return chance.random() < 1 / 3

    now: list[Due] = []
    chance = Random(seed)
    life = live(Due(1, frequency, preference, zone, None), start, 60, fails=fails, changes=changes)
    days = [moment.date() for moment in life.clocks]
    assert all(earlier < later for earlier, later in pairwise(days)), "two on one local day"


@given(st.sampled_from(ZONES), st.sampled_from(FREQUENCIES), st.sampled_from(PREFERENCES), TICKS)
@settings(max_examples=200, deadline=None)
def test_nobody_is_starved(zone: str, frequency: Frequency, preference: Preference, start: datetime) -> None:
    """The first message: at most the first wait and the way to the next window, a lost day included."""
    life = live(Due(1, frequency, preference, zone, None), start, 6)
    assert life.ticks[0] - start <= timedelta(hours=FIRST_WAIT[frequency] + 24 + 24 + 2)


@given(st.sampled_from(ZONES), st.sampled_from(PREFERENCES), TICKS)
@settings(max_examples=60, deadline=None)
def test_a_provider_that_is_down_costs_few_tries_a_day_and_the_day_after_it_everybody_is_served(
    zone: str, preference: Preference, start: datetime
) -> None:
    back = start + 10 * DAY
    life = live(Due(1, "daily", preference, zone, None), start, 14, fails=lambda tick: tick < back)
    assert max(life.tries.values()) <= 3
    assert life.ticks[0] - back <= timedelta(hours=24 + 24 + 2)


def test_a_clock_that_goes_back_sends_nothing_twice() -> None:
    """Three days are lived through once more, as after a restored machine: silent until they are over."""
    user, start = Due(1, "daily", "morning", "Europe/Berlin", None), utc("2015-06-01T00:00")
    first = live(user, start, 10)
    again = live(user._replace(last_message_day=first.clocks[-1].date()), start + 7 * DAY, 10)
    assert again.clocks[0].date() > first.clocks[-1].date()


def test_a_traveller_round_the_world_gets_one_message_a_local_day() -> None:
    """Westward over the date line the calendar repeats a day, eastward it leaves one out."""
    stages = ("Pacific/Auckland", "Pacific/Honolulu", "America/New_York", "Europe/London", "Asia/Tokyo")

    def westward(user: Due, tick: datetime) -> Due:
        return user._replace(time_zone=stages[tick.toordinal() % len(stages)])

    def eastward(user: Due, tick: datetime) -> Due:
        return user._replace(time_zone=stages[-(tick.toordinal() % len(stages))])

    for flies in (westward, eastward):
        life = live(Due(1, "daily", "morning", "UTC", None), utc("2015-06-01T00:00"), 60, changes=flies)
        days = [moment.date() for moment in life.clocks]
        assert len(days) == len(set(days))
        assert len(days) > 5  # a window of each place is met now and then


def test_who_changes_the_settings_again_and_again_still_gets_a_single_message_a_day() -> None:
    def fickle(user: Due, tick: datetime) -> Due:
        wanted = PREFERENCES[tick.hour % 3]
        return user._replace(preference=wanted, next_due_at=None) if tick.hour % 3 == 0 else user

    life = live(Due(1, "daily", "morning", "UTC", None), utc("2015-06-01T00:00"), 30, changes=fickle)
    days = [moment.date() for moment in life.clocks]
    assert len(days) == len(set(days))
