"""A lasting shift from one level to another."""

from typing import Any

from include.intelligence.metrics import WEEKDAYS
from include.intelligence.prose.finding import Finding, Phrases, spoken_of_each_metric
from include.intelligence.prose.numbers import SHOW
from include.intelligence.prose.templates import capital, joined, table

PHRASES = Phrases(
    mini=table(
        "{noun} on a new level of {after}",
        "{noun} {up} to {after} and holding",
        "a new normal for {noun}",
        "a lasting shift in {noun}",
        "{noun} settled {higher}",
    ),
    clause=table(
        "your {noun} has run at {after} {since}, {up} from {before}",
        "your {noun} has settled {higher} {since}, at {after}",
        "your {noun} shifted from {before} to {after}",
        "your {noun} has kept to a {higher} level {since}",
        "{since}, your {noun} has been at {after} instead of {before}",
        "your {noun} found a new level of {after}",
    ),
    text=joined(
        (
            "Your {noun} has been around {after} {since}",
            "{Since}, your {noun} has run at {after}",
            "A new level: your {noun} has been at {after} {since}",
            "Your {noun} settled {higher}, at {after}, and has stayed there {since}",
        ),
        (
            "; before that it was {before}.",
            ", after {before} earlier.",
            ". The level before was {before}.",
            ", {up} from {before}.",
            ", away from the earlier {before}.",
        ),
    ),
    ground=table(
        "your {noun} has been at {after} {since}",
        "your {noun} shifted from {before} to {after}",
        "your {noun} now runs at {after}",
        "your {noun} has settled {higher} than the earlier {before}",
    ),
    whether={
        "good": table(
            "your {noun} stays near {after}",
            "the new level of {noun} lasts",
            "your {noun} keeps its distance from {before}",
            "{after} proves to be the new normal for your {noun}",
        ),
        "bad": table(
            "your {noun} drifts back towards {before}",
            "the new level of {noun} passes",
            "your {noun} leaves {after} behind",
            "your {noun} returns to where it was",
        ),
        "neutral": table(
            "your {noun} stays near {after}",
            "the new level of {noun} lasts",
            "your {noun} drifts back towards {before}",
            "{after} proves to be the new normal for your {noun}",
        ),
    },
)
_SPOKEN = spoken_of_each_metric(PHRASES)


def _since(days_ago: int) -> str:
    """Return the weekday if it lies in this week, else the number of days."""
    return f"since {WEEKDAYS[6 - days_ago]}" if days_ago <= 6 else f"for the last {days_ago} days"


def read(metric: str, evidence: dict[str, Any], _: str) -> Finding:
    """Return the shift with its direction taken from the levels before and after."""
    before, after = evidence["before"], evidence["after"]
    direction = "up" if after > before else "down"
    show = SHOW[metric]
    since = _since(evidence["days_ago"])
    fields = {"before": show(before), "after": show(after), "since": since, "Since": capital(since)}
    return _SPOKEN[metric][direction], fields
