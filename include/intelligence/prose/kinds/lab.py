"""A laboratory result against its reference range. Never a diagnosis."""

from functools import lru_cache
from typing import Any

from include.intelligence.metrics import WEEKDAYS
from include.intelligence.prose.finding import Finding, Phrases, Spoken, any_tone
from include.intelligence.prose.numbers import plain
from include.intelligence.prose.templates import Fields, joined, table
from include.intelligence.prose.words import shown_label

# Units are free text at the source; only these are repeated.
UNITS = frozenset(
    (
        *("mg/dL", "g/dL", "g/L", "mg/L", "µg/L", "ug/L", "µg/dL", "ug/dL", "ng/mL", "ng/dL", "pg/mL", "pg"),
        *("mmol/L", "µmol/L", "umol/L", "nmol/L", "pmol/L", "mmol/mol", "mEq/L", "mIU/L", "mU/L", "IU/L"),
        *("U/L", "fL", "%", "mm/h", "mL/min"),
    )
)
_MEANING_OUT = table(
    "reference ranges are wide averages, so a result outside them is a reason to ask, not a finding",
    "a result outside the range has many possible reasons, and a clinician can place it",
    "laboratory values depend on the day and the method, which is why a clinician reads them in context",
    "a result like this says little by itself and is best read by someone who knows you",
)
_MEANING_IN = table(
    "a result inside the range is a useful mark to compare later tests with",
    "an ordinary result is worth keeping, since change over time says most",
    "results within the range give the daily numbers a calm background",
    "it is good to have a reference point of your own",
)
_ACTION_OUT = table(
    "discuss the {which} result with a clinician",
    "bring the {which} result to your next appointment with a clinician",
    "ask a clinician what the {which} result means for you",
    "have a clinician look at the {which} result before you change anything",
    "talk the {which} result over with a clinician you trust",
)
_ACTION_IN = table(
    "keep the {which} result for comparison with later tests",
    "file the {which} result where you will find it again",
    "note the {which} result as your own reference point",
    "let the {which} result stand as it is",
)

PHRASES = Phrases(
    mini=table(
        "{test} {within} its range",
        "your {which} result",
        "{test} at {value}",
        "{test} {within} the reference range",
    ),
    clause=table(
        "your {which} result of {value} lies {within} the reference range{range_note}",
        "your {test} came back at {value}, {within} its reference range",
        "the {which} test {taken} gave {value}, {within} the reference range",
        "your {test} was {within} the reference range{range_note}",
    ),
    text=joined(
        (
            "Your {test}, measured {taken}, was {value}",
            "The {which} test {taken} came back at {value}",
            "{value} was the {which} value {taken}",
            "Your {which} result was {value} ({taken})",
        ),
        (
            ", {within} the reference range{range_note}.",
            ". That is {within} its reference range{range_note}.",
            ", which lies {within} the laboratory's range{range_note}.",
            "; the reference range{range_note} puts it {within}.",
        ),
    ),
    ground=table(
        "your {test} was {value}",
        "the {which} result lies {within} the reference range",
        "the test {taken} gave {value}",
        "your {test} came back {within} its range",
    ),
    whether=any_tone(
        table(
            "a later {which} test gives a similar value",
            "a new {which} result arrives to compare with {value}",
            "the next {which} result differs from {value}",
        )
    ),
    action=any_tone(_ACTION_IN),
    meaning=any_tone(_MEANING_IN),
)
_OUTSIDE = PHRASES._replace(action=any_tone(_ACTION_OUT), meaning=any_tone(_MEANING_OUT), urgent=True)

_DIRECTIONS = {"above": "up", "within": "steady", "below": "down"}


@lru_cache(maxsize=1024)
def _spoken(test: str, place: str) -> Spoken:
    phrases = PHRASES if place == "within" else _OUTSIDE
    return phrases.spoken(test, _DIRECTIONS[place], "neutral", {})


def _place(value: float, low: float | None, high: float | None) -> str:
    if low is not None and value < low:
        return "below"
    if high is not None and value > high:
        return "above"
    return "within"


def _range_note(low: float | None, high: float | None) -> str:
    """Return ' of 15–150', ' (up to 5.6)', ' (from 30)' or nothing."""
    if low is not None and high is not None:
        return f" of {plain(low)}–{plain(high)}"
    if high is not None:
        return f" (up to {plain(high)})"
    return f" (from {plain(low)})" if low is not None else ""


def read(metric: str, evidence: dict[str, Any], _: str) -> Finding:
    """Return the result; outside its range it asks for a clinician.

    The tone is neutral in both cases: the story must not link it to the week as a cause or a cost.
    """
    value, low, high = evidence["value"], evidence["ref_low"], evidence["ref_high"]
    unit, days_ago = evidence["unit"], evidence["days_ago"]
    name = shown_label(evidence["test"])
    place = _place(value, low, high)
    number = plain(value)
    fields: Fields = {
        "which": name or "laboratory",
        "test": name or "laboratory value",
        "value": f"{number} {unit}" if unit in UNITS else number,
        "within": place,
        "range_note": _range_note(low, high),
        "taken": f"on {WEEKDAYS[6 - days_ago]}"
        if days_ago <= 6
        else f"{days_ago} days before the week ended",
    }
    return _spoken(metric, place), fields
