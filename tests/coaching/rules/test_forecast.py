"""The next day's load, against going through its ticks user by user."""

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from include.coaching.models import Due, Outcome
from include.coaching.rules.forecast import forecast
from include.coaching.rules.schedule import after_success, plan
from tests.coaching.rules.zones import FREQUENCIES, PREFERENCES, TICKS, ZONES, utc

HOUR = timedelta(hours=1)
OFFSETS = st.none() | st.integers(-5_000, 5_000).map(lambda minutes: timedelta(minutes=minutes))


def tick_by_tick(user: Due, first: datetime, ticks: int) -> list[Counter[Outcome]]:
    found: list[Counter[Outcome]] = [Counter() for _ in range(ticks)]
    for number in range(ticks):
        tick = first + number * HOUR
        if user.next_due_at is not None and user.next_due_at > tick:
            continue
        made = plan(user, tick)
        found[number][made.outcome or Outcome.SENT] += 1
        if made.outcome is None:
            user = user._replace(last_message_day=made.local_day)
        user = user._replace(next_due_at=made.next_due_at or after_success(user, tick))
    return found


@given(
    st.sampled_from(ZONES), st.sampled_from(FREQUENCIES), st.sampled_from(PREFERENCES), TICKS, OFFSETS,
    st.integers(1, 100),
)  # fmt: skip
@settings(deadline=None)
def test_the_forecast_is_what_the_ticks_would_come_to(
    zone: str, frequency: str, preference: str, first: datetime, offset: timedelta | None, ticks: int
) -> None:
    due_at = None if offset is None else first + offset
    user = Due(1, frequency, preference, zone, due_at)  # type: ignore[arg-type]
    found = forecast([user, user], first, ticks)
    assert [tick.at for tick in found] == [first + number * HOUR for number in range(ticks)]
    once = tick_by_tick(user, first, ticks)
    assert [tick.outcomes for tick in found] == [counts + counts for counts in once]


def test_a_day_of_a_daily_user() -> None:
    """Due in the night: moved to the morning, written then."""
    user = Due(1, "daily", "morning", "UTC", utc("2015-06-10T02:30"))
    counts = [dict(tick.outcomes) for tick in forecast([user], utc("2015-06-10T00:00"), 24)]
    assert {number: found for number, found in enumerate(counts) if found} == {
        3: {Outcome.OUTSIDE_WINDOW: 1},
        8: {Outcome.SENT: 1},
    }
