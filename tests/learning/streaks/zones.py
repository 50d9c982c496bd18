"""All time zones there are, and hours to look at them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

from hypothesis import strategies as st

ZONES = sorted(available_timezones() - {"localtime"})

# Within the years whose rules every copy of the database agrees on.
TICKS = st.integers(0, 34 * 8766).map(lambda hours: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(hours=hours))
