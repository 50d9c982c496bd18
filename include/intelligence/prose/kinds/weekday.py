"""A day of the week that differs from the others."""

from typing import Any

from include.intelligence.metrics import WEEKDAYS
from include.intelligence.prose.finding import Finding, Phrases, any_tone
from include.intelligence.prose.numbers import SHOW, counted
from include.intelligence.prose.templates import Table, joined, table
from include.intelligence.prose.words import TONES, WORDS, Tone

_DIPS = table(
    "prepare {weekday}s the evening before",
    "give {weekday}s a small fixed slot for it",
    "look at what {weekday}s leave no room for",
    "move something from another day to {weekday}",
)
_PEAKS = table(
    "look at what makes {weekday}s different and borrow some of it",
    "leave {weekday}s as they are and lift a quieter day",
    "keep {weekday}s free for what works there",
    "copy a part of your {weekday} to another day",
)
_NEUTRAL = table(
    "compare a {weekday} with the day before it",
    "note what {weekday}s have that other days lack",
    "keep the rhythm of {weekday}s in mind when you plan",
    "ask yourself whether the {weekday} pattern suits you",
)

PHRASES = Phrases(
    mini=table(
        "{noun} {higher} on {weekday}s",
        "{weekday}s stand out",
        "{weekday}s with {a_higher_noun}",
        "a {weekday} pattern in {noun}",
        "{on_day} on {weekday}s",
    ),
    clause=table(
        "your {noun} runs {higher} on {weekday}s, at {on_day} against {on_other}",
        "{weekday}s stand apart with {a_noun} of {on_day}",
        "{weekday}s bring {a_higher_noun} than the rest of the week, {on_day} on average",
        "your week has a rhythm, with {a_higher_noun} on {weekday}s",
        "your {noun} averages {on_day} on {weekday}s and {on_other} on other days",
    ),
    text=joined(
        (
            "On {weekday}s your {noun} averages {on_day}",
            "{weekday}s have their own pattern: {a_noun} of {on_day}",
            "Your {noun} is {higher} on {weekday}s, at {on_day}",
            "Your {weekday}s average {a_noun} of {on_day}",
        ),
        (
            ", against {on_other} on other days, over {weeks}.",
            "; the other days come to {on_other}.",
            ". The rest of the week averages {on_other}, seen over {weeks}.",
            " and on other days {on_other}, seen in {weeks} of data.",
            ", while the other days lie at {on_other}.",
        ),
    ),
    ground=table(
        "{weekday}s average {on_day} against {on_other} on other days",
        "your {noun} is {higher} on {weekday}s",
        "{weekday}s come to {on_day}",
        "{weekday}s have stood apart for {weeks}",
    ),
    whether=any_tone(
        table(
            "{weekday} again brings {a_higher_noun}",
            "next {weekday} comes near {on_day} again",
            "the {weekday} pattern in {noun} repeats",
            "the other days move closer to {weekday}",
        )
    ),
    meaning=any_tone(
        table(
            "a pattern tied to the calendar usually comes from how the week is arranged",
            "weekly rhythms show where your routine helps you and where it stands in the way",
            "a day that differs week after week is a good place to begin a small change",
            "knowing which day differs is more useful than knowing the average",
        )
    ),
)
_ACTIONS: dict[Tone, Table] = {"good": _PEAKS, "bad": _DIPS, "neutral": _NEUTRAL}
_SPOKEN = {
    metric: {
        direction: PHRASES._replace(action=any_tone(_ACTIONS[TONES[metric][direction]])).spoken(
            metric, direction, "neutral", words
        )
        for direction, words in by_direction.items()
    }
    for metric, by_direction in WORDS.items()
}


def read(metric: str, evidence: dict[str, Any], _: str) -> Finding:
    """Return the weekday's pattern, no news of this week and so neutral; the advice depends on its sign."""
    on_day, on_other = evidence["mean_on_day"], evidence["mean_other"]
    direction = "up" if on_day > on_other else "down"
    show = SHOW[metric]
    fields = {
        "weekday": WEEKDAYS[evidence["weekday"]],
        "on_day": show(on_day),
        "on_other": show(on_other),
        "weeks": counted(evidence["weeks"], "week"),
    }
    return _SPOKEN[metric][direction], fields
