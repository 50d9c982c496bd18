"""On how many days of the week a metric was recorded."""

from typing import Any

from include.intelligence.prose.finding import Finding, Phrases, any_tone
from include.intelligence.prose.numbers import counted
from include.intelligence.prose.templates import joined, table
from include.intelligence.prose.words import VOICES

_PARTIAL = Phrases(
    mini=table(
        "{noun} recorded on {days} of {of}",
        "{noun} with gaps",
        "gaps in {noun}",
        "{noun} on {days} of {of}",
    ),
    clause=table(
        "your {noun} was recorded on {days} of {of}",
        "the record of your {noun} covers {days} of {of}",
        "the week has gaps in your {noun}, which was recorded on {days}",
        "only {days} of {of} left a record of your {noun}",
    ),
    text=joined(
        (
            "Your {noun} was recorded on {days} of {of}",
            "The record of your {noun} covers {days} of {of}",
            "For {noun}, {days} of {of} came with data",
        ),
        (
            ", so read its average with some care.",
            "; the average rests on no more than that.",
            ". The missing days could shift the picture.",
            ", and what happened on the others stays open.",
        ),
    ),
    ground=table(
        "only {days} of {of} left a record of your {noun}",
        "your {noun} was recorded on {days}",
        "the average {noun} rests on {days}",
        "the record of your {noun} shows {days} of {of}",
    ),
    whether=any_tone(
        table(
            "your {noun} is recorded on more than {days}",
            "the record of your {noun} is fuller than {days}",
            "the gaps in {noun} close",
        )
    ),
    action=any_tone(
        table(
            "charge the device at a fixed time so that it is ready",
            "wear the device on the days you tend to leave it off",
            "let the app sync at the end of the day",
            "put the device where you see it in the morning",
        )
    ),
    meaning=any_tone(
        table(
            "averages from few days swing more than the body does",
            "with gaps in the week, small differences can be chance",
            "missing days hide as much as they show",
        )
    ),
)
_FULL = Phrases(
    mini=table("{noun} on all {of}", "{noun} without gaps", "a full week of {noun}", "{of} of {noun}"),
    clause=table(
        "your {noun} was recorded on all {of}",
        "no day is missing from your {noun}",
        "the record of your {noun} is complete, with {of} of data",
        "all {of} left a record of your {noun}",
    ),
    text=joined(
        (
            "Your {noun} was recorded on all {of}",
            "The record of your {noun} covers all {of}",
            "All {of} came with your {noun}",
        ),
        (
            ", so its average stands on firm ground.",
            ". Small differences can be read with more trust.",
            ", which makes this week easy to compare.",
            ", with nothing left out.",
        ),
    ),
    ground=table(
        "your {noun} was recorded on all {of}",
        "the record of your {noun} covers {of}",
        "the week was complete for {noun}, with {of} of data",
    ),
    whether=any_tone(
        table(
            "the record of your {noun} stays complete",
            "your {noun} is recorded as fully",
            "all {of} have your {noun} again",
        )
    ),
    action=any_tone(
        table(
            "keep wearing the device the way you do",
            "keep the charging routine that you have",
            "leave the recording as it is",
            "carry on recording every day",
        )
    ),
    meaning=any_tone(
        table(
            "a complete week makes even small changes readable",
            "full weeks compare well with each other",
            "without gaps, the averages mean what they say",
        )
    ),
)

_NOUNS = {metric: {"noun": voice.noun} for metric, voice in VOICES.items()}
_SPOKEN_FULL = {metric: _FULL.spoken(metric, "up", "good", noun) for metric, noun in _NOUNS.items()}
_SPOKEN_PARTIAL = {
    metric: _PARTIAL.spoken(metric, "down", "neutral", noun) for metric, noun in _NOUNS.items()
}


def read(metric: str, evidence: dict[str, Any], _: str) -> Finding:
    """Return how complete the week was."""
    days, of = evidence["days"], evidence["of"]
    full = days >= of
    fields = {"days": counted(days, "day"), "of": counted(of, "day") if full else str(of)}
    return (_SPOKEN_FULL if full else _SPOKEN_PARTIAL)[metric], fields
