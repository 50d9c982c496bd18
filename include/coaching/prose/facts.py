"""An insight of the weekly batch as a sentence; every number is the evidence's, as people write it."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from include.coaching.context import WEEKDAYS
from include.coaching.models import Insight

Evidence = dict[str, Any]


class Voice(NamedTuple):
    """How a metric is spoken of: `did` + value + `tail` is a clause."""

    noun: str
    did: str  # past
    does: str  # present
    tail: str
    more: str  # after 'getting'
    less: str
    after_high: str  # after 'after'
    after_low: str


def _measured(noun: str) -> Voice:
    did, does = f"your {noun} averaged", f"your {noun} averages"
    return Voice(
        noun, did, does, "", "higher", "lower", f"days with a higher {noun}", f"days with a lower {noun}"
    )


VOICES: dict[str, Voice] = {
    "steps": Voice("step count", "you walked", "you walk", " a day", "higher", "lower",
                   "days with many steps", "days with few steps"),
    "active_minutes": Voice("active time", "you were active for", "you are active for", " a day", "longer", "shorter",
                            "active days", "quiet days"),
    "sleep_minutes": Voice("sleep", "you slept", "you sleep", " a night", "longer", "shorter",
                           "longer nights", "shorter nights"),
    "resting_heart_rate": _measured("resting heart rate"),
    "hrv": _measured("heart rate variability")._replace(
        after_high="days with higher heart rate variability", after_low="days with lower variability"
    ),
    "stress": _measured("stress level"),
}  # fmt: skip
_UNITS = {"steps": (0, "steps"), "resting_heart_rate": (1, "bpm"), "hrv": (0, "ms"), "stress": (0, "points")}


def shown(metric: str, value: float) -> str:
    """A value with its unit: '6 h 40 min', '8,240 steps', '61.5 bpm'."""
    if metric not in _UNITS:
        hours, minutes = divmod(round(value), 60)
        parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes or not hours)
        return " ".join(parts)
    decimals, unit = _UNITS[metric]
    number = f"{value:,.{decimals}f}"
    return f"{number} {unit.removesuffix('s') if number == '1' and unit != 'ms' else unit}"


def when(insight: Insight, local_day: date) -> str:
    """The week that the insight is about, seen from the user's day: 'last week'."""
    weeks = (local_day - insight.week_of).days // 7
    return ("last week", "the week before last")[weeks] if weeks < 2 else "some weeks ago"


def fact(insight: Insight, local_day: date) -> str:
    """The finding as a clause without a full stop, in lower case but for names; evidence as measures.told asks."""
    return _CLAUSES[insight.kind](insight, insight.evidence, when(insight, local_day))


def _change(insight: Insight, found: Evidence, week: str) -> str:
    metric, voice = insight.metric, VOICES[insight.metric]
    this, usual = shown(metric, found["this"]), shown(metric, found["baseline"])
    if this == usual:
        return f"{week} {voice.did} {this}{voice.tail}, as in the four weeks before"
    return (
        f"{week} {voice.did} {this}{voice.tail}, {_against(found['change'])} {usual} in the four weeks before"
    )


def _against(change: float) -> str:
    return "up from" if change > 0 else "down from"


def _steady(insight: Insight, found: Evidence, week: str) -> str:
    voice = VOICES[insight.metric]
    return (
        f"{week} {voice.did} {shown(insight.metric, found['this'])}{voice.tail}, about what is usual for you"
    )


def _trend(insight: Insight, found: Evidence, week: str) -> str:
    slope, voice = found["slope_per_week"], VOICES[insight.metric]
    by = shown(insight.metric, abs(slope))
    until = "" if week == "last week" else f" until {week}"
    way = voice.more if slope > 0 else voice.less
    return f"your {voice.noun} has been getting {way} bit by bit{until}" + _by(by)


def _by(amount: str) -> str:
    """How much, unless it is so little that it would be shown as nothing."""
    return "" if amount.startswith(("0 ", "0.0 ")) else f", by about {amount} a week"


def _weekday(insight: Insight, found: Evidence, _: str) -> str:
    metric, voice, day = insight.metric, VOICES[insight.metric], WEEKDAYS[found["weekday"]]
    on_day, other = shown(metric, found["mean_on_day"]), shown(metric, found["mean_other"])
    return f"on {day}s {voice.does} {on_day}, against {other} on other days"


def _lag(insight: Insight, found: Evidence, _: str) -> str:
    metric, voice, other = insight.metric, VOICES[insight.metric], VOICES[found["other"]]
    high, low = shown(metric, found["after_high"]), shown(metric, found["after_low"])
    return f"after {other.after_high} {voice.does} {high}, and {low} after {other.after_low}"


def _streak(insight: Insight, found: Evidence, week: str) -> str:
    side = "at or below" if insight.direction == "down" else "at or above"
    noun, threshold = VOICES[insight.metric].noun, shown(insight.metric, found["threshold"])
    days = "1 day" if found["length"] == 1 else f"{found['length']} days in a row"
    end = "up to last Sunday" if week == "last week" else f"up to {week}"
    return f"{end}, your {noun} stayed {side} {threshold} for {days}"


def _record(insight: Insight, found: Evidence, week: str) -> str:
    voice = VOICES[insight.metric]
    edge = (voice.less if insight.direction == "down" else voice.more).removesuffix("r") + "st"
    value, day = shown(insight.metric, found["value"]), WEEKDAYS[found["weekday"]]
    return f"{week}, {day}'s {value} was your {edge} {voice.noun} in {found['days']} days"


def _change_point(insight: Insight, found: Evidence, _: str) -> str:
    before, after = shown(insight.metric, found["before"]), shown(insight.metric, found["after"])
    return (
        f"your {VOICES[insight.metric].noun} moved from {before} to {after} a while ago, and has stayed there"
    )


_CLAUSES: dict[str, Callable[[Insight, Evidence, str], str]] = {
    "change": _change,
    "steady": _steady,
    "trend": _trend,
    "weekday": _weekday,
    "lag": _lag,
    "streak": _streak,
    "record": _record,
    "change_point": _change_point,
}
