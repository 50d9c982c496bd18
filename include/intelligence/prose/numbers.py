"""Numbers as people write them: units, thousands, hours and minutes, plurals, articles, ordinals."""

from collections.abc import Callable
from functools import lru_cache

from include.intelligence.metrics import METRICS, Metric

Show = Callable[[float], str]
# Above this many percent the baseline was tiny, and the plain difference says more.
PERCENT_LIMIT = 200
# A fall of this many percent is better told by the values.
NEARLY_ALL = 95
_PERCENT = tuple(f"{number} %" for number in range(PERCENT_LIMIT + 1))
# Metrics whose change people think of in percent; for the others the unit itself is clearer.
IN_PERCENT = frozenset({"steps", "active_minutes", "calories", "hrv"})


def hours_and_minutes(minutes: int) -> str:
    """Return 334 as '5 h 34 min', 480 as '8 h', 34 as '34 min'."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


# Every number of minutes that a day can hold.
_MINUTES = tuple(hours_and_minutes(minutes) for minutes in range(1_441))


def _show_minutes(value: float) -> str:
    minutes = round(value)
    return _MINUTES[minutes] if 0 <= minutes <= 1_440 else hours_and_minutes(minutes)


# Values repeat from user to user, and a look-up costs a tenth of writing the number anew.
_REMEMBERED = 1 << 17


def _show_in(decimals: int, unit: str) -> Show:
    if decimals == 0:
        return _show_whole(unit, unit)
    return lru_cache(_REMEMBERED)(lambda value: f"{value:,.1f} {unit}")


def _show_whole(unit: str, singular: str) -> Show:
    written = lru_cache(_REMEMBERED)(lambda number: f"1 {singular}" if number == 1 else f"{number:,} {unit}")
    return lambda value: written(round(value))


def _show(metric: Metric) -> Show:
    if metric.unit == "min":
        return _show_minutes
    if metric.unit.endswith("s") and metric.unit != "ms":
        return _show_whole(metric.unit, metric.unit.removesuffix("s"))
    return _show_in(metric.decimals, metric.unit)


# A value of the metric, and a difference between two of its values (never negative), with the unit.
SHOW: dict[str, Show] = {metric.name: _show(metric) for metric in METRICS}
SHOW_CHANGE: dict[str, Show] = SHOW | {"spo2": _show_in(1, "percentage points")}
# A difference under this much would be shown as 0.
LEAST: dict[str, float] = {metric.name: 0.5000001 * 10.0**-metric.decimals for metric in METRICS}


def amount(metric: str, change: float, pct: float | None) -> str:
    """Return how much a metric changed, without sign: '8 %' or '41 min'."""
    if pct is not None and metric in IN_PERCENT and -NEARLY_ALL < pct < PERCENT_LIMIT and abs(pct) > 0.5:
        return _PERCENT[round(abs(pct))]
    return SHOW_CHANGE[metric](abs(change))


@lru_cache(4096)
def with_article(number: str) -> str:
    """Return the number after the article it is spoken with: 'an 8 %', 'an 11-day', 'a 7 %'."""
    spoken_with_vowel = number[0] == "8" or (number[:2] in ("11", "18") and not number[2:3].isdigit())
    return f"an {number}" if spoken_with_vowel else f"a {number}"


@lru_cache(4096)
def counted(count: int, noun: str) -> str:
    """Return '1 day', '2 days', '1,204 days'."""
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"


@lru_cache(maxsize=128)
def ordinal(number: int) -> str:
    """Return '63rd', '11th'."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


@lru_cache(4096)
def plain(value: float) -> str:
    """Return a laboratory value with at most two decimals and no idle zeros: '5.4', '150'."""
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")
