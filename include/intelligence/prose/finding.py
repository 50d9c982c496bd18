"""One insight made ready for writing, and the phrase tables that each kind of insight brings."""

from collections.abc import Callable
from typing import Any, NamedTuple

from include.intelligence.prose.templates import Table
from include.intelligence.prose.words import Fields, Tone


class Phrases(NamedTuple):
    """What can be said of one kind. A table per tone may be left empty where the kind has no such tone.

    mini: for the headline, no verb needed. clause: an independent clause in lower case, for the
    narrative. text: one or two full sentences. ground: a short clause with one number, after 'since'.
    whether: after 'see whether'. meaning, action: why it may matter, what to do (lower case); left out
    where the metric decides.
    """

    mini: Table
    clause: Table
    text: Table
    ground: Table
    whether: dict[Tone, Table]
    action: dict[Tone, Table] | None = None
    meaning: dict[Tone, Table] | None = None


class Finding(NamedTuple):
    """An insight with its numbers written out. `direction` is the sign of the numbers, 'up' or 'down'."""

    metric: str
    direction: str
    tone: Tone
    fields: Fields
    phrases: Phrases


# (metric, evidence) → Finding
Reader = Callable[[str, dict[str, Any]], Finding]


def any_tone(texts: Table) -> dict[Tone, Table]:
    """Return the same table for every tone."""
    return {"good": texts, "bad": texts, "neutral": texts}
