"""A slope over several weeks."""

from typing import Any

from include.intelligence.prose.finding import Finding, Phrases, spoken_of_each_metric
from include.intelligence.prose.numbers import LEAST, SHOW_CHANGE, counted
from include.intelligence.prose.templates import joined, table

PHRASES = Phrases(
    mini=table(
        "{noun} {climbing} for {weeks}",
        "{noun} still {climbing}",
        "{noun} moving {up} {pace}",
        "a lasting {rise} in {noun}",
        "{noun} on its way {up}",
    ),
    clause=table(
        "your {noun} has been {climbing} {pace} over {weeks}",
        "your {noun} is on its way {up}, {pace}",
        "your {noun} has moved {up} {pace} for {weeks}",
        "the slow {rise} in your {noun} now spans {weeks}",
        "over {weeks} the data show your {noun} {climbing} {pace}",
        "your {noun} continued its {rise}, {pace}",
    ),
    text=joined(
        (
            "Over {weeks}, your {noun} has been {climbing} {pace}",
            "Your {noun} has moved {up} {pace} for {weeks}",
            "The line through {weeks} of {noun} points {up}, {pace}",
            "{Noun} has been {climbing} {pace} across {weeks}",
        ),
        (
            ", measured on {days}.",
            ", with {days} of data behind it.",
            ". The estimate rests on {days}.",
            ", which is more than any day's ups and downs.",
            ", and that shows across {days} of data.",
            ". No day alone would show it.",
        ),
    ),
    ground=table(
        "your {noun} has been {climbing} {pace}",
        "the {rise} in {noun} has lasted {weeks}",
        "your {noun} has been on its way {up} for {weeks}",
        "your {noun} keeps moving {up}, {pace}",
    ),
    whether={
        "good": table(
            "the {rise} in {noun} levels off or goes on",
            "your {noun} keeps {climbing}",
            "the {noun} trend of {weeks} carries on",
            "your {noun} holds the ground it has gained",
        ),
        "bad": table(
            "the {rise} in {noun} levels off",
            "your {noun} stops {climbing}",
            "the {noun} trend of {weeks} turns",
            "your {noun} settles",
        ),
        "neutral": table(
            "the {rise} in {noun} levels off or goes on",
            "your {noun} keeps {climbing}",
            "the {noun} trend of {weeks} carries on",
            "your {noun} settles",
        ),
    },
)
_SPOKEN = spoken_of_each_metric(PHRASES)


def read(metric: str, evidence: dict[str, Any], _: str) -> Finding:
    """Return the trend; a slope too small for the shown decimals becomes 'slowly'."""
    slope = evidence["slope_per_week"]
    direction = "up" if slope > 0 else "down"
    visible = abs(slope) >= LEAST[metric]
    fields = {
        "pace": f"by {SHOW_CHANGE[metric](abs(slope))} a week" if visible else "slowly",
        "weeks": counted(evidence["weeks"], "week"),
        "days": counted(evidence["days"], "day"),
    }
    return _SPOKEN[metric][direction], fields
