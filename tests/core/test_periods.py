"""Keys of weeks: every date is either a week's key or refused with a word of advice."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.core.periods import FIRST_YEAR, LAST_YEAR, BadPeriod, Week


@given(st.dates())
@example(date.min)
@example(date(1, 1, 3))
@example(date.max)
def test_a_date_is_a_week_whose_days_exist_or_is_refused_with_advice(day: date) -> None:
    inside = FIRST_YEAR <= day.year <= LAST_YEAR
    if inside and day.weekday() == 0:
        week = Week.parse(day.isoformat())
        assert (week.monday, week.sunday) == (day - timedelta(days=7), day - timedelta(days=1))
        return
    with pytest.raises(BadPeriod, match="Use .* or " if inside else "outside the calendar.*1900 to 2999"):
        Week.parse(day.isoformat())


def test_going_back_ends_at_the_calendar_with_the_same_message() -> None:
    first = Week.parse("1900-01-01")
    assert first.monday == date(1899, 12, 25)
    with pytest.raises(BadPeriod, match="outside the calendar"):
        first.before(1)
