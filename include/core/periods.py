"""Weeks and their keys. The key of a week is the Monday on which its brief is delivered."""

from dataclasses import dataclass
from datetime import date, timedelta

FIRST_YEAR, LAST_YEAR = (
    1900,
    2999,
)  # nobody's data lie outside, and every day that is counted from them exists


class BadPeriod(ValueError):
    """A key that names no period; the message says what to do."""


@dataclass(frozen=True, order=True)
class Week:
    """Seven local days, Monday to Sunday, named by the Monday after them."""

    week_of: date

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.week_of.year <= LAST_YEAR:
            raise BadPeriod(
                f"{self.week_of} is outside the calendar: weeks are those of {FIRST_YEAR} to {LAST_YEAR}, "
                "e.g. 2016-05-02."
            )
        if self.week_of.weekday() != 0:
            monday = self.week_of - timedelta(days=self.week_of.weekday())
            raise BadPeriod(
                f"{self.week_of} is a {self.week_of:%A}; a week is named by the Monday on which its brief "
                f"is delivered. Use {monday} (data to {monday - timedelta(days=1)}) "
                f"or {monday + timedelta(days=7)}."
            )

    @classmethod
    def parse(cls, key: str) -> "Week":
        """The week of a key like '2016-05-02'."""
        try:
            return cls(date.fromisoformat(key.strip()))
        except BadPeriod:
            raise
        except ValueError:
            raise BadPeriod(f"{key!r} is not a date; use the form YYYY-MM-DD, e.g. 2016-05-02.") from None

    @classmethod
    def last_complete(cls, today: date) -> "Week":
        """The week delivered on or before `today`."""
        return cls(today - timedelta(days=today.weekday()))

    @property
    def key(self) -> str:
        return self.week_of.isoformat()

    @property
    def monday(self) -> date:
        """First day of the data."""
        return self.week_of - timedelta(days=7)

    @property
    def sunday(self) -> date:
        """Last day of the data."""
        return self.week_of - timedelta(days=1)

    def before(self, weeks: int) -> "Week":
        return Week(self.week_of - timedelta(weeks=weeks))

    def is_first_of_month(self) -> bool:
        return self.week_of.day <= 7

    def parity(self) -> int:
        """0 or 1 in turn, week by week, whatever the year."""
        return (self.week_of.toordinal() // 7) % 2
