"""What a text may say: quantities, directions and weekdays, each of a subject. Given by the domain."""

from typing import NamedTuple

# What a quantity says of its subject. A cue in the text chooses among them; see `roles`.
NOW = frozenset({"this", "value", "score", "percentile"})
USUAL = frozenset({"usual", "before"})
CHANGE = frozenset({"change", "percent", "slope"})
DAY = frozenset({"high", "low", "record"})
COUNTS = frozenset(
    {"days", "usual_days", "weeks", "length", "window", "ago", "people", "pairs", "noted", "recorded", "age"}
)


class Quantity(NamedTuple):
    """One number of a subject. `unit` is canonical ('min', 'steps', '%', 'days' …)."""

    subject: str
    role: str
    value: float
    unit: str
    # Of a day: its weekday. Of a lagged mean: whether after 'up' or 'down' days of `other`.
    weekday: str | None = None
    direction: str | None = None
    other: str | None = None


class Movement(NamedTuple):
    """One direction of a subject: 'up', 'down' or 'steady', and in what frame it holds.

    Frames: week (against usual), trend, shift, weekday (detail: the weekday), lag (detail: the other
    subject), spread, streak, standing, range (of a laboratory), score.
    """

    subject: str
    frame: str
    direction: str
    detail: str | None = None


class Evidence(NamedTuple):
    """All that may be said. `names` are further names of subjects, lower case: a laboratory test's."""

    quantities: dict[str, tuple[Quantity, ...]]
    movements: dict[str, tuple[Movement, ...]]
    names: dict[str, str]
    groups: frozenset[str] = frozenset()  # of people compared with: 'female', 'male'
    subject: str | None = None  # of which the text is to speak, whether it names it or not
    frame: str | None = None  # in which a direction holds where the text names none

    def about(self, subject: str | None, frame: str | None) -> "Evidence":
        """Return the same evidence for a text on that subject."""
        return self._replace(subject=subject, frame=frame)


class Vocabulary(NamedTuple):
    """How a domain's subjects are spoken of.

    `names`: subject → names and synonyms, lower case. `good`: subject → 'up' or 'down' where one is
    better. `units`: subject → its unit.
    """

    names: tuple[tuple[str, tuple[str, ...]], ...]
    good: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]


class Ungrounded(NamedTuple):
    """What does not follow: kind (number, direction, weekday, date, period, subject, text), where, why."""

    kind: str
    span: str
    why: str
