"""Periods and their keys: what a run is for. A key is text that names one period, and parses back."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol, Self

FIRST_YEAR, LAST_YEAR = (
    1900,
    2999,
)  # nobody's data lie outside, and every day that is counted from them exists


class BadPeriod(ValueError):
    """A key that names no period; the message says what to do."""


class Period(Protocol):
    """What a batch makes results for.

    `first` is the value of the partition column, `next` that of the following period.
    """

    @classmethod
    def parse(cls, key: str) -> Self:
        """The period of a key; BadPeriod says what to do."""

    @classmethod
    def due(cls, moment: datetime) -> Self:
        """The newest period whose run is due at this moment."""

    @property
    def key(self) -> str: ...

    @property
    def first(self) -> date | datetime: ...

    @property
    def next(self) -> date | datetime: ...

    def values(self) -> dict[str, Any]:
        """What SQL of the batch may ask for by name."""


def _day(key: str, example: str = "YYYY-MM-DD, e.g. 2016-05-02") -> date:
    try:
        found = date.fromisoformat(key.strip())
    except ValueError:
        raise BadPeriod(f"{key!r} is not a date; use the form {example}.") from None
    return _in_calendar(found)


def _in_calendar(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadPeriod(
            f"{day} is outside the calendar: periods are those of {FIRST_YEAR} to {LAST_YEAR}, e.g. 2016-05-02."
        )
    return day


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@dataclass(frozen=True, order=True)
class Week:
    """Seven local days, Monday to Sunday, named by the Monday after them."""

    week_of: date

    def __post_init__(self) -> None:
        _in_calendar(self.week_of)
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
        return cls(_day(key))

    @classmethod
    def due(cls, moment: date) -> "Week":
        """The week delivered on or before the day of `moment`."""
        day = date(moment.year, moment.month, moment.day)
        return cls(day - timedelta(days=day.weekday()))

    @property
    def key(self) -> str:
        return self.week_of.isoformat()

    @property
    def first(self) -> date:
        return self.week_of

    @property
    def next(self) -> date:
        return self.week_of + timedelta(days=7)

    def values(self) -> dict[str, Any]:
        """week_of, parity and first_of_month, from which a user's turn follows."""
        return {
            "week_of": self.week_of,
            "parity": self.parity(),
            "first_of_month": self.is_first_of_month(),
        }

    @property
    def monday(self) -> date:
        """First day of the data."""
        return self.week_of - timedelta(days=7)

    @property
    def sunday(self) -> date:
        """Last day of the data."""
        return self.week_of - timedelta(days=1)

    @property
    def over_first_at(self) -> datetime:
        """When the week ends where the day begins first, at UTC+14."""
        return _midnight(self.week_of) - timedelta(hours=14)

    def before(self, weeks: int) -> "Week":
        return Week(self.week_of - timedelta(weeks=weeks))

    def is_first_of_month(self) -> bool:
        return self.week_of.day <= 7

    def parity(self) -> int:
        """0 or 1 in turn, week by week, whatever the year."""
        return (self.week_of.toordinal() // 7) % 2


@dataclass(frozen=True, order=True)
class BoardWeek:
    """An ISO week in UTC, named by its own Monday. Any of its days names it as well."""

    first: date

    def __post_init__(self) -> None:
        _in_calendar(self.first)

    @classmethod
    def parse(cls, key: str) -> "BoardWeek":
        day = _day(key)
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def due(cls, moment: datetime) -> "BoardWeek":
        """The week before the one of the moment."""
        day = moment.astimezone(UTC).date() - timedelta(days=7)
        return cls(day - timedelta(days=day.weekday()))

    @property
    def key(self) -> str:
        return self.first.isoformat()

    @property
    def next(self) -> date:
        return self.first + timedelta(days=7)

    def values(self) -> dict[str, Any]:
        """period (its Monday), starts_at and ends_at."""
        return {"period": self.first, "starts_at": _midnight(self.first), "ends_at": _midnight(self.next)}


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month in UTC, named like '2015-11'; a date names the month that it is in."""

    first: date

    def __post_init__(self) -> None:
        _in_calendar(self.first)

    @classmethod
    def parse(cls, key: str) -> "Month":
        text = key.strip()
        day = _day(f"{text}-01" if len(text) == len("2015-11") else text, "YYYY-MM, e.g. 2015-11")
        return cls(day.replace(day=1))

    @classmethod
    def due(cls, moment: datetime) -> "Month":
        """The month before the one of the moment."""
        before = moment.astimezone(UTC).date().replace(day=1) - timedelta(days=1)
        return cls(before.replace(day=1))

    @property
    def key(self) -> str:
        return self.first.isoformat()[: len("2015-11")]

    @property
    def next(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1)

    def values(self) -> dict[str, Any]:
        """period and month (its first day), starts_at and ends_at."""
        bounds = {"starts_at": _midnight(self.first), "ends_at": _midnight(self.next)}
        return {"period": self.first, "month": self.first, **bounds}


@dataclass(frozen=True, order=True)
class Hour:
    """An hour in UTC, named by its beginning, like '2015-11-01T06:00'."""

    first: datetime

    def __post_init__(self) -> None:
        _in_calendar(self.first.date())

    @classmethod
    def parse(cls, key: str) -> "Hour":
        try:
            moment = datetime.fromisoformat(key.strip())
        except ValueError:
            raise BadPeriod(
                f"{key!r} is not an hour; use the form YYYY-MM-DDTHH:00, e.g. 2015-11-01T06:00."
            ) from None
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        return cls(moment.replace(minute=0, second=0, microsecond=0))

    @classmethod
    def due(cls, moment: datetime) -> "Hour":
        """The hour of the moment: a tick is for what falls due within it."""
        return cls(moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0))

    @property
    def key(self) -> str:
        return self.first.strftime("%Y-%m-%dT%H:%M")

    @property
    def next(self) -> datetime:
        return self.first + timedelta(hours=1)

    def values(self) -> dict[str, Any]:
        """tick and tick_end."""
        return {"tick": self.first, "tick_end": self.next}
