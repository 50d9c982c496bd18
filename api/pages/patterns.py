"""A pattern in the data as a sentence and a picture."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

from markupsafe import Markup

from api.pages import words
from api.pages.charts import Axis, Row, around, chart, from_zero, told


class Pattern(NamedTuple):
    """One regularity; `support` says on what it rests."""

    kind: str
    headline: str
    support: str
    strength: float
    confidence: float
    drawn: Markup | None


def as_pattern(index: int, found: dict[str, Any], sunday: date) -> Pattern:
    headline, support, rows, axis = KINDS[found["kind"]](found, sunday)
    drawn = chart(f"pattern-{index}", headline, told(rows), rows, axis) if axis else None
    return Pattern(found["kind"], headline, support, found["strength"], found["confidence"], drawn)


Told = tuple[str, str, list[Row], Axis | None]


def weekday(found: dict[str, Any], _: date) -> Told:
    name, metric = words.WEEKDAYS[found["weekday"]], found["metric"]
    on_day, other = found["mean_on_day"], found["mean_other"]
    more = "more" if on_day > other else "less"
    headline = f"{name}s differ: {more} {words.label(metric).lower()}"
    rows = [_row(f"{name}s", on_day, metric), _row("Other days", other, metric, is_plain=True)]
    return (
        headline,
        f"Means of {words.counted(found['weeks'], 'week')}.",
        rows,
        _axis([on_day, other], metric),
    )


def lag(found: dict[str, Any], _: date) -> Told:
    metric, driver = found["metric"], words.label(found["other"]).lower()
    high, low = found["after_high"], found["after_low"]
    headline = f"{words.label(metric)} follows {driver}, a day later"
    rows = [
        _row(f"After days with much {driver}", high, metric),
        _row(f"After days with little {driver}", low, metric, is_plain=True),
    ]
    return headline, f"From {words.counted(found['n'], 'pair')} of days.", rows, _axis([high, low], metric)


def streak(found: dict[str, Any], _: date) -> Told:
    metric = found["metric"]
    good = words.METRICS[metric].good if metric in words.METRICS else "up"
    side = "below" if good == "down" else "above"
    headline = f"{words.label(metric)}: {words.counted(found['n'], 'day')} in a row"
    return headline, f"At or {side} {words.shown(found['threshold'], metric)}, up to Sunday.", [], None


def change_point(found: dict[str, Any], sunday: date) -> Told:
    metric, since = found["metric"], sunday - timedelta(days=found["days_ago"])
    before, after = found["before"], found["after"]
    headline = f"{words.label(metric)}: a new level since {since.day} {since:%B}"
    rows = [
        _row("Before", before, metric, is_plain=True),
        _row(f"Since {since.day} {since:%B}", after, metric),
    ]
    return headline, f"From {words.counted(found['n'], 'day')} of data.", rows, _axis([before, after], metric)


KINDS: dict[str, Callable[[dict[str, Any], date], Told]] = {
    "weekday": weekday,
    "lag": lag,
    "streak": streak,
    "change_point": change_point,
}
COUNTS = ("steps", "active_minutes", "calories")  # of which nothing is zero


def _row(label: str, value: float, metric: str, *, is_plain: bool = False) -> Row:
    return Row(label, words.shown(value, metric), value, "plain" if is_plain else "good")


def _axis(values: list[float], metric: str) -> Axis:
    unit = words.METRICS[metric].unit if metric in words.METRICS else ""
    unit = "minutes" if unit == "min" else unit
    return from_zero(values, unit) if metric in COUNTS else around(values, unit)
