"""Reading a brief as a strict reader does: its numbers and weekdays, its sentences, its skeletons."""

import re
from collections.abc import Iterator
from typing import Any

from include.intelligence.metrics import BY_NAME, METRICS, WEEKDAYS
from include.intelligence.models import Facts, Prose
from include.intelligence.prose.closing import SYSTEM_NAMES
from include.intelligence.prose.words import VOICES

MINUTES = re.compile(r"(\d+) h\b(?: (\d+) min)?|(\d+) min\b")
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
WEEKDAY = re.compile("|".join(WEEKDAYS))
NUMBER_WORD = re.compile(
    r"\b(one|two|three|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|hundred|thousand|half|third"
    r"|quarter|double|twice|once|first|second|single|couple|dozen|zero)\b",
    re.IGNORECASE,
)
# In evidence, fields in the metric's unit; all others are counts, percents or laboratory values.
IN_UNIT = frozenset(
    [
        "this",
        "baseline",
        "change",
        "slope_per_week",
        "mean_on_day",
        "mean_other",
        "after_high",
        "after_low",
        "threshold",
        "value",
        "before",
        "after",
        "spread",
        "baseline_spread",
    ]
)
TESTS_AND_MOODS = (
    "ferritin", "LDL cholesterol", "HDL", "TSH", "C-reactive protein", "iron", "Vitamin D", "laboratory",
    "happy", "tense/anxious", "rested/relaxed", "tired", "alert", "sad", "so-so", "women", "men",
)  # fmt: skip
NAMES = {name for voice in VOICES.values() for name in (voice.noun, voice.high_days, voice.low_days)}
NAMES |= {metric.label for metric in METRICS} | set(SYSTEM_NAMES.values()) | set(TESTS_AND_MOODS)
LONGEST_FIRST = sorted(NAMES, key=len, reverse=True)
NAME = re.compile(r"\b(" + "|".join(map(re.escape, LONGEST_FIRST)) + r")\b", re.IGNORECASE)
UNIT = re.compile(
    r"N (steps?|min|kcal|bpm|ms|percentage points|kg|mg/dL|points?|%|[a-zA-Zµ]+/[a-zA-Z]+)(?![\w])"
)


def texts(prose: Prose) -> list[str]:
    """All texts of a brief."""
    return [prose.headline, prose.narrative, *prose.insights, *prose.recommendations, *prose.watch]


def sentences(prose: Prose) -> list[str]:
    """All sentences of a brief."""
    return [one.rstrip(".") for text in texts(prose) for one in text.split(". ")]


def skeleton(sentence: str) -> str:
    """The sentence with numbers, their units, weekdays and the names of things masked."""
    masked = NUMBER.sub("N", MINUTES.sub("N min", sentence))
    return UNIT.sub("N", NAME.sub("NAME", WEEKDAY.sub("DAY", masked)))


def _shown(value: Any, decimals: int) -> Iterator[str]:
    if isinstance(value, int | float):
        yield f"{abs(value):,.{decimals}f}"


def _in_metric(value: Any, metric: str) -> Iterator[str]:
    yield from _shown(value, BY_NAME[metric].decimals)


def allowed_numbers(facts: Facts) -> set[str]:
    """Every number that may be named, as it is written (minutes as minutes)."""
    allowed = {"7", "28", *_shown(facts.days_with_data, 0)}
    for metric, stats in facts.stats.items():
        for value in (stats.this, stats.baseline, stats.change, stats.best, stats.low):
            allowed.update(_in_metric(value, metric))
        for value in (stats.pct, stats.days, stats.baseline_days):
            allowed.update(_shown(value, 0))
    for insight in facts.insights:
        for name, value in insight.evidence.items():
            if name in IN_UNIT and insight.metric in BY_NAME:
                allowed.update(_in_metric(value, insight.metric))
            elif insight.kind == "lab" and isinstance(value, int | float):
                allowed.update({f"{value:,.2f}".rstrip("0").rstrip("."), f"{value:,.2f}"})
            else:
                allowed.update(_shown(value, 0))
            if name == "cohort":
                allowed.update(NUMBER.findall(value))
    for one in [*facts.comparative.values(), *facts.velocity.values(), *facts.systems.values()]:
        for name, value in (one or {}).items():
            allowed.update(NUMBER.findall(value) if name == "cohort" else _shown(value, 0))
    return allowed | {str(days) for days in facts.mood.values()}


def numbers(text: str) -> set[str]:
    """Every number in the text, '5 h 34 min' as 334."""
    minutes = set()
    for hours, rest, only in MINUTES.findall(text):
        minutes.add(f"{60 * int(hours or 0) + int(rest or 0) + int(only or 0):,}")
    return minutes | set(NUMBER.findall(MINUTES.sub("", text)))


def allowed_weekdays(facts: Facts) -> set[str]:
    """Every weekday that may be named."""
    days = {insight.evidence.get("weekday") for insight in facts.insights}
    days |= {6 - insight.evidence.get("days_ago", 99) for insight in facts.insights}
    days |= {day for stats in facts.stats.values() for day in (stats.best_day, stats.low_day)}
    return {WEEKDAYS[day] for day in days if day is not None and 0 <= day <= 6}
