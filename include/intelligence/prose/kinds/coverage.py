"""On how many days of the week there was any data."""

from typing import Any

from include.intelligence.prose import numbers
from include.intelligence.prose.finding import Finding, Phrases, any_tone
from include.intelligence.prose.templates import joined, table

_PARTIAL = Phrases(
    mini=table(
        "{days} of {of} on record",
        "data for {days} of {of}",
        "a week with gaps",
        "{days} measured",
    ),
    clause=table(
        "your data cover {days} of {of}",
        "{days} of {of} {were} measured",
        "the week has gaps, with data on {days}",
        "only {days} of {of} left data",
    ),
    text=joined(
        ("There are data for {days} of {of}", "{days} of {of} {were} measured", "Your record holds {days} of {of}"),
        (
            ", so read the averages with some care.",
            "; the averages rest on those alone.",
            ". The missing days could shift the picture.",
            ", and what happened on the others stays open.",
        ),
    ),
    ground=table(
        "only {days} of {of} left data",
        "the week holds data for {days}",
        "the averages rest on {days}",
        "your record shows {days} of {of}",
    ),
    whether=any_tone(
        table(
            "more than {days} leave data",
            "the record is fuller than {days}",
            "the gaps in the record close",
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
    mini=table("a full week of data", "data on all {of}", "a week without gaps", "{of} of data"),
    clause=table(
        "your data cover all {of}",
        "no day of the week is missing",
        "the record is complete, with {of} of data",
        "all {of} left data",
    ),
    text=joined(
        ("All {of} have data", "Your record covers all {of}", "There are data for the whole week, all {of}"),
        (
            ", so the averages stand on firm ground.",
            ". Small differences can be read with more trust.",
            ", which makes this week easy to compare.",
            ", with nothing left out.",
        ),
    ),
    ground=table("all {of} have data", "your record covers {of}", "the week was complete, with {of} of data"),
    whether=any_tone(
        table("the record stays complete", "the coming week is as complete", "all {of} have data again")
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


def read(metric: str, evidence: dict[str, Any]) -> Finding:
    """Return how complete the week was."""
    days, of = evidence["days"], evidence["of"]
    fields = {"days": numbers.counted(days, "day"), "of": numbers.counted(of, "day")}
    if days >= of:
        return Finding(metric, "up", "good", fields, _FULL)
    fields["of"] = str(of)
    fields["were"] = "was" if days == 1 else "were"
    return Finding(metric, "down", "neutral", fields, _PARTIAL)
