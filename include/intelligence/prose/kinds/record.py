"""The highest or lowest day in a while."""

from typing import Any

from include.intelligence.metrics import WEEKDAYS
from include.intelligence.prose.finding import Finding, Phrases, spoken_of_each_metric
from include.intelligence.prose.numbers import SHOW, counted
from include.intelligence.prose.templates import joined, table

PHRASES = Phrases(
    mini=table(
        "a new {peak} in {noun}: {value}",
        "{weekday}'s {noun} of {value}",
        "a {peak} for {noun} on {weekday}",
        "the {highest} {noun} of {days}",
        "{noun} at a {peak} of {value}",
    ),
    clause=table(
        "{weekday} brought your {highest} {noun} in {days} of data, {value}",
        "your {noun} came to {value} on {weekday}, the {highest} in {days} of data",
        "{weekday} set a new {peak} for your {noun}, at {value}",
        "not a day among the {days} on record had {a_higher_noun} than {weekday}, with {value}",
        "{weekday}'s {value} is the {highest} {noun} of the {days} on record",
    ),
    text=joined(
        (
            "{weekday}'s {noun} was {value}",
            "Your {noun} came to {value} on {weekday}",
            "On {weekday} your {noun} stood at {value}",
            "{weekday} stands out with {a_noun} of {value}",
        ),
        (
            ", the {highest} in {days} of data.",
            ": no other of the {days} on record was {higher}.",
            ". Your record of {days} holds nothing {higher}.",
            ", a new {peak} in a record of {days}.",
            ". Of {days} on record, none was {higher}.",
        ),
    ),
    ground=table(
        "{weekday} brought {a_noun} of {value}",
        "{weekday}'s {noun} was the {highest} of {days}",
        "your {noun} set a new {peak} on {weekday}",
        "your {noun} was {value} on {weekday}",
    ),
    whether={
        "good": table(
            "any day comes close to {weekday}'s {value}",
            "{weekday}'s {noun} was a peak or a beginning",
            "the other days follow {weekday}",
            "you see {value} again",
        ),
        "bad": table(
            "{weekday}'s {noun} stays an exception",
            "the other days keep clear of {weekday}'s {value}",
            "your {noun} is back to normal after {weekday}",
            "{value} shows up again",
        ),
        "neutral": table(
            "{weekday}'s {noun} stays an exception",
            "the other days follow {weekday}",
            "any day comes close to {weekday}'s {value}",
            "{value} shows up again",
        ),
    },
)
_SPOKEN = spoken_of_each_metric(PHRASES)


def read(metric: str, evidence: dict[str, Any], direction: str) -> Finding:
    """Return the record; `direction` 'down' makes it the lowest day."""
    fields = {
        "value": SHOW[metric](evidence["value"]),
        "weekday": WEEKDAYS[evidence["weekday"]],
        "days": counted(evidence["days"], "day"),
    }
    return _SPOKEN[metric]["down" if direction == "down" else "up"], fields
