"""The highest or lowest day in a while."""

from typing import Any

from include.intelligence.metrics import WEEKDAYS
from include.intelligence.prose import numbers
from include.intelligence.prose.finding import Finding, Phrases
from include.intelligence.prose.templates import joined, table
from include.intelligence.prose.words import TONES, WORDS

PHRASES = Phrases(
    mini=table(
        "{with_days}-day {peak} in {noun}",
        "{weekday}'s {noun} of {value}",
        "a {peak} for {noun} on {weekday}",
        "the {highest} {noun} in {days}",
        "{noun} hits a {days_number}-day {peak}",
    ),
    clause=table(
        "{weekday} brought your {highest} {noun} in {days}, {value}",
        "your {noun} reached {value} on {weekday}, the {highest} in {days}",
        "{weekday} set {with_days}-day {peak} for your {noun}",
        "no day of the last {days} had a {higher} {noun} than {weekday}, with {value}",
        "{weekday}'s {value} was your {highest} {noun} in {days}",
    ),
    text=joined(
        (
            "{weekday}'s {noun} was {value}",
            "Your {noun} came to {value} on {weekday}",
            "On {weekday} your {noun} stood at {value}",
            "{weekday} stands out with a {noun} of {value}",
        ),
        (
            ", the {highest} in {days}.",
            ": no other of the last {days} was {higher}.",
            ". You have to go back more than {days} for a {higher} value.",
            ", and that is {with_days}-day {peak}.",
            ". Of the last {days}, none was {higher}.",
        ),
    ),
    ground=table(
        "{weekday} brought a {noun} of {value}",
        "{weekday}'s {noun} was the {highest} in {days}",
        "your {noun} reached {with_days}-day {peak}",
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


def read(metric: str, evidence: dict[str, Any], direction: str = "up") -> Finding:
    """Return the record; `direction` 'down' makes it the lowest day."""
    fields = WORDS[metric][direction].copy()
    days = evidence["days"]
    fields["value"] = numbers.SHOW[metric](evidence["value"])
    fields["weekday"] = WEEKDAYS[evidence["weekday"]]
    fields["days"] = numbers.counted(days, "day")
    fields["days_number"] = str(days)
    fields["with_days"] = numbers.with_article(str(days))
    return Finding(metric, direction, TONES[metric][direction], fields, PHRASES)
