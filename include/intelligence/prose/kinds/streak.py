"""Days in a row on one side of a threshold, up to Sunday."""

from typing import Any

from include.intelligence.prose.finding import Finding, Phrases, spoken_of_each_metric
from include.intelligence.prose.numbers import SHOW, counted, with_article
from include.intelligence.prose.templates import joined, table

_MEANING_GOOD = table(
    "a streak is how an intention turns into a habit",
    "what is done day after day costs less effort each time",
    "regularity tends to count for more than any outstanding day",
    "a run of days like this is hard to get by chance",
)
_MEANING = table(
    "a run of similar days usually has a common cause that can be found",
    "a streak says more than any day on its own",
    "many days on the same side point to the routine rather than to chance",
    "a long run is easier to act on than scattered days",
)

PHRASES = Phrases(
    mini=table(
        "{with_length}-day streak in {noun}",
        "{noun} {at_least} {threshold} for {days}",
        "{days} with {noun} {at_least} {threshold}",
        "{with_length}-day run in {noun}",
    ),
    clause=table(
        "your {noun} has been {at_least} {threshold} for {days} in a row",
        "your {noun} ended the week on {with_length}-day streak {at_least} {threshold}",
        "{with_length}-day streak with {noun} {at_least} {threshold} is still running",
        "each day of the last {days} had your {noun} {at_least} {threshold}",
        "the run of days with your {noun} {at_least} {threshold} has reached {days}",
    ),
    text=joined(
        (
            "For {days} in a row your {noun} has been {at_least} {threshold}",
            "Your {noun} has stayed {at_least} {threshold} for {days} running",
            "The streak of days with your {noun} {at_least} {threshold} has reached {days}",
            "The week ended with {days} running with your {noun} {at_least} {threshold}",
        ),
        (
            ".",
            ", and it was unbroken at the end of the week.",
            ". The week ended with it intact.",
            ", without a gap.",
            ", with no day out of line.",
        ),
    ),
    ground=table(
        "the streak stands at {days}",
        "your {noun} has been {at_least} {threshold} for {days}",
        "you have {days} with your {noun} {at_least} {threshold} behind you",
        "your {noun} kept {at_least} {threshold} to the end of the week",
    ),
    whether={
        "good": table(
            "the {noun} streak of {days} goes on",
            "your {noun} stays {at_least} {threshold}",
            "the coming days add to the {days} of {noun}",
            "the run in {noun} survives a busy day",
        ),
        "bad": table(
            "the {noun} streak of {days} breaks",
            "your {noun} leaves the run {at_least} {threshold} behind",
            "a day ends the {days} with your {noun} {at_least} {threshold}",
            "the run in {noun} comes to an end",
        ),
        "neutral": table(
            "the {noun} streak of {days} goes on",
            "your {noun} stays {at_least} {threshold}",
            "the coming days add to the {days} of {noun}",
            "the run in {noun} comes to an end",
        ),
    },
    action={
        "good": table(
            "plan for the busiest day ahead, where streaks tend to break",
            "keep the streak easy enough to survive a bad day",
            "carry the streak into the new week before it fills up",
            "let the routine do the work",
            "do not chase it when you are ill or worn out",
        ),
        "bad": table(
            "break the run with a small and certain step",
            "look for what these days had in common",
            "choose the easiest day of the week to end the run",
            "change the part of the routine that these days share",
        ),
        "neutral": table(
            "look for what these days had in common",
            "note whether the run suits you",
            "compare the run with how you felt",
            "see what ends it before you change anything",
        ),
    },
    meaning={"good": _MEANING_GOOD, "bad": _MEANING, "neutral": _MEANING},
)
_SPOKEN = spoken_of_each_metric(PHRASES)


def read(metric: str, evidence: dict[str, Any], direction: str) -> Finding:
    """Return the streak; `direction` 'down' means at or below the threshold."""
    length = evidence["length"]
    fields = {
        "days": counted(length, "day"),
        "with_length": with_article(str(length)),
        "threshold": SHOW[metric](evidence["threshold"]),
    }
    return _SPOKEN[metric]["down" if direction == "down" else "up"], fields
