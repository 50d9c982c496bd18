"""One insight made ready for writing, and the phrase tables that each kind of insight brings."""

from collections.abc import Callable
from typing import Any, NamedTuple

from include.intelligence.prose.templates import Table, with_words
from include.intelligence.prose.words import WORDS, Fields, Tone


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
    # Its recommendation comes before all others.
    urgent: bool = False

    def spoken(self, words: Fields) -> "Phrases":
        """Return the phrases with a metric's words filled in, so that only numbers are left to fill."""
        whether = {tone: with_words(texts, words) for tone, texts in self.whether.items()}
        mini, clause, text, ground = (with_words(texts, words) for texts in self[:4])
        return self._replace(mini=mini, clause=clause, text=text, ground=ground, whether=whether)


Spoken = dict[str, dict[str, Phrases]]


def spoken_of_each_metric(phrases: Phrases) -> Spoken:
    """Return the phrases per metric and direction."""
    return {
        metric: {direction: phrases.spoken(words) for direction, words in by_direction.items()}
        for metric, by_direction in WORDS.items()
    }


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
