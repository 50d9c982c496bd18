"""How values are spoken of: names, units, dates. Nothing here is computed but the form of a number."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from markupsafe import Markup, escape

ADDRESS = re.compile(r"(https://[^\s<>\"']+[^\s<>\"'.,;)])")

Good = Literal["up", "down", "neither"]


class Metric(NamedTuple):
    """What a number of that name is."""

    label: str
    unit: str
    decimals: int
    good: Good


METRICS: dict[str, Metric] = {
    "steps": Metric("steps", "steps", 0, "up"),
    "active_minutes": Metric("active minutes", "min", 0, "up"),
    "calories": Metric("calories burned", "kcal", 0, "neither"),
    "sleep_minutes": Metric("sleep", "min", 0, "up"),
    "time_in_bed": Metric("time in bed", "min", 0, "neither"),
    "resting_heart_rate": Metric("resting heart rate", "bpm", 1, "down"),
    "hrv": Metric("heart rate variability", "ms", 0, "up"),
    "spo2": Metric("blood oxygen", "%", 1, "up"),
    "weight": Metric("weight", "kg", 1, "neither"),
    "glucose": Metric("glucose", "mg/dL", 0, "neither"),
    "stress": Metric("stress", "points", 0, "down"),
}
SYSTEMS = {
    "cardiovascular": "Heart and circulation",
    "sleep_recovery": "Sleep and recovery",
    "activity": "Activity",
    "metabolic": "Metabolism",
    "mind": "Mind",
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TRENDS = {"up": "rising", "down": "falling", "steady": "steady"}


def label(name: str) -> str:
    """'Resting heart rate'; what has no name of its own here is called as the source calls it."""
    text = METRICS[name].label if name in METRICS else name.replace("_", " ")
    return text[:1].upper() + text[1:]


def shown(value: float | None, name: str) -> str:
    """A value with its unit: '7 h 2 min', '9,131 steps', '61.4 bpm'."""
    if value is None:
        return "no data"
    metric = METRICS.get(name)
    if metric is None:
        return f"{value:,.1f}"
    if metric.unit == "min":
        return hours_and_minutes(value)
    return f"{value:,.{metric.decimals}f} {metric.unit}"


def hours_and_minutes(minutes: float) -> str:
    hours, rest = divmod(abs(round(minutes)), 60)
    told = f"{hours} h {rest} min" if hours and rest else f"{hours} h" if hours else f"{rest} min"
    return f"−{told}" if round(minutes) < 0 else told


def signed(value: float, decimals: int = 0, unit: str = "") -> str:
    """'+8 %', '−3 %', '0 %': with a real minus."""
    text = f"{value:+,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = f"{0:.{decimals}f}"
    return text.replace("-", "−") + (f" {unit}" if unit else "")


def counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def ordinal(number: float) -> str:
    whole = round(number)
    ending = "th" if 10 <= whole % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(whole % 10, "th")
    return f"{whole}{ending}"


def cohort(name: str) -> str:
    """'women aged 30–39' of '30-39|female', 'people of all ages' of 'all'."""
    if name == "all":
        return "people of all ages"
    age, _, sex = name.partition("|")
    people = {"female": "women", "male": "men"}.get(sex, "people")
    return f"{people} aged {age.replace('-', '–').replace('+', ' and over')}"


def day(when: date) -> str:
    """'22 November 2026'."""
    return f"{when.day} {when:%B %Y}"


def short_day(when: date) -> str:
    """'Sun 22 Nov'."""
    return f"{when:%a} {when.day} {when:%b}"


def span_of_week(week_of: date) -> str:
    """The seven days before the Monday: '9 – 15 November 2026', '26 October – 1 November 2026'."""
    monday, sunday = week_of - timedelta(days=7), week_of - timedelta(days=1)
    if monday.month == sunday.month:
        return f"{monday.day} – {day(sunday)}"
    if monday.year == sunday.year:
        return f"{monday.day} {monday:%B} – {day(sunday)}"
    return f"{day(monday)} – {day(sunday)}"


def moment(seconds: float | None) -> str:
    """'16 November 2026, 02:14 UTC', of seconds since the epoch."""
    if seconds is None:
        return "at a time that was not kept"
    when = datetime.fromtimestamp(seconds, UTC)
    return f"{day(when)}, {when:%H:%M} UTC"


def iso(seconds: float | None) -> str:
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def moment_of(text: str) -> str:
    """'16 November 2026, 02:14 UTC', of an ISO moment."""
    return moment(datetime.fromisoformat(text).timestamp())


def month_name(when: date) -> str:
    return f"{when:%B %Y}"


def month_key(when: date) -> str:
    return f"{when:%Y-%m}"


def short_iso_day(text: str) -> str:
    return short_day(date.fromisoformat(text))


def linked(text: str) -> Markup:
    """The text with its web addresses as links; https only, so that nothing else can hide in one."""
    parts = ADDRESS.split(text)
    return Markup("").join(
        Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(part) if index % 2 else escape(part)
        for index, part in enumerate(parts)
    )


def ago(seconds: float) -> str:
    """How long something takes already, in its largest unit: '3 minutes'."""
    for size, noun in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return counted(int(seconds // size), noun)
    return counted(max(1, int(seconds)), "second")


FILTERS: dict[str, Callable[..., Any]] = {
    "label": label,
    "shown": shown,
    "signed": signed,
    "ordinal": ordinal,
    "day": day,
    "short_day": short_day,
    "span_of_week": span_of_week,
    "moment": moment,
    "iso": iso,
    "moment_of": moment_of,
    "month_name": month_name,
    "month_key": month_key,
    "short_iso_day": short_iso_day,
    "linked": linked,
}
