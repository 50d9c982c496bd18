"""What can be said of each kind of insight: phrase tables, and one insight made ready for writing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from include.intelligence.prose.metric_phrases import ACTIONS, MEANINGS
from include.intelligence.prose.templates import Fields, Says, Table, says, with_words
from include.intelligence.prose.words import TONES, WORDS, Tone


@dataclass(frozen=True, slots=True)
class Spoken:
    """The phrases of one kind, metric and direction, with all but the numbers filled in."""

    metric: str
    # The sign of the numbers, 'up' or 'down'; or 'steady'.
    direction: str
    tone: Tone
    mini: Says
    clause: Says
    text: Says
    ground: Says
    whether: Says
    action: Says
    meaning: Table
    # Whether the meaning is the metric's own, and so may be told together with another metric's.
    of_metric: bool
    # Recommendations: what is urgent, then what goes wrong, then the rest.
    precedence: int


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

    def spoken(self, metric: str, direction: str, tone: Tone, words: Fields) -> Spoken:
        """Return the phrases of a metric, direction and tone, with those words filled in."""

        def ready(texts: Table) -> Says:
            return says(with_words(texts, words))

        mini, clause, text, ground = map(ready, self[:4])
        action = self.action[tone] if self.action else ACTIONS[metric][tone]
        meaning = self.meaning[tone] if self.meaning else MEANINGS[metric][direction]
        precedence = 0 if self.urgent else 1 if tone == "bad" else 2
        return Spoken(
            metric, direction, tone, mini, clause, text, ground, ready(self.whether[tone]), ready(action),
            meaning, self.meaning is None, precedence,
        )  # fmt: skip


SpokenOf = dict[str, dict[str, Spoken]]


def spoken_of_each_metric(phrases: Phrases, tones: dict[str, dict[str, Tone]] = TONES) -> SpokenOf:
    """Return the phrases per metric and direction."""
    return {
        metric: {
            direction: phrases.spoken(metric, direction, tones[metric][direction], words)
            for direction, words in by_direction.items()
        }
        for metric, by_direction in WORDS.items()
    }


# An insight ready for writing: its phrases, and its numbers written out.
Finding = tuple[Spoken, Fields]
# (metric, evidence, direction) → Finding
Reader = Callable[[str, dict[str, Any], str], Finding]


def any_tone(texts: Table) -> dict[Tone, Table]:
    """Return the same table for every tone."""
    return {"good": texts, "bad": texts, "neutral": texts}
