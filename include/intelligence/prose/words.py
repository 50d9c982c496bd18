"""How each metric is spoken of, and the words of each direction."""

from functools import lru_cache
from typing import Literal, NamedTuple

from include.intelligence.metrics import BY_NAME, METRICS
from include.intelligence.prose.templates import Fields, capital

Tone = Literal["good", "bad", "neutral"]
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/ -")


class Voice(NamedTuple):
    """`did` + value + `tail` is a clause; 'your `noun` averaged' + value + `rate` is another."""

    noun: str
    did: str
    tail: str
    rate: str
    more: str
    less: str
    high_days: str
    low_days: str
    article: str = ""


def _measured(noun: str, article: str = "a ") -> Voice:
    high, low = f"days with {article}higher {noun}", f"days with {article}lower {noun}"
    return Voice(noun, f"your {noun} averaged", "", "", "higher", "lower", high, low, article)


VOICES: dict[str, Voice] = {
    "steps": Voice("step count", "you walked", " a day", " a day", "more", "fewer",
                   "days with many steps", "days with few steps", "a "),
    "active_minutes": Voice("active time", "you were active for", " a day", " a day", "more", "less",
                            "active days", "quiet days"),
    "calories": Voice("calorie burn", "you burned", " a day", " a day", "more", "less",
                      "days of high calorie burn", "days of low calorie burn", "a "),
    "sleep_minutes": Voice("sleep", "you slept", " a night", " a night", "more", "less",
                           "long nights", "short nights"),
    "time_in_bed": Voice("time in bed", "you spent", " in bed a night", " a night", "more", "less",
                         "long stays in bed", "short stays in bed"),
    "resting_heart_rate": _measured("resting heart rate"),
    "hrv": _measured("heart rate variability", ""),
    "spo2": _measured("blood oxygen", ""),
    "weight": _measured("weight"),
    "glucose": _measured("glucose level"),
    "stress": _measured("stress level"),
}  # fmt: skip

_DIRECTIONS: dict[str, Fields] = {
    "up": {
        "rose": "rose", "climbed": "climbed", "went_up": "went up", "climbing": "climbing", "up": "up",
        "rise": "rise", "above": "above", "higher": "higher", "highest": "highest", "peak": "high",
        "at_least": "at or above",
    },
    "down": {
        "rose": "fell", "climbed": "dropped", "went_up": "came down", "climbing": "falling", "up": "down",
        "rise": "drop", "above": "below", "higher": "lower", "highest": "lowest", "peak": "low",
        "at_least": "at or below",
    },
}  # fmt: skip


# Nights are long or short where other things are high or low.
_NIGHTS: dict[str, Fields] = {
    "up": {"higher": "longer", "highest": "longest"},
    "down": {"higher": "shorter", "highest": "shortest"},
}


def _words(metric: str, direction: str) -> Fields:
    voice = VOICES[metric]
    more = voice.more if direction == "up" else voice.less
    words = _DIRECTIONS[direction] | (_NIGHTS[direction] if voice.rate == " a night" else {})
    return words | {
        "a_noun": f"{voice.article}{voice.noun}",
        "a_higher_noun": f"{voice.article}{words['higher']} {voice.noun}",
        "noun": voice.noun, "Noun": capital(voice.noun), "did": voice.did, "Did": capital(voice.did),
        "tail": voice.tail, "rate": voice.rate, "more": more,
    }  # fmt: skip


# Per metric and direction: the fields that need no numbers.
WORDS: dict[str, dict[str, Fields]] = {
    metric.name: {direction: _words(metric.name, direction) for direction in _DIRECTIONS}
    for metric in METRICS
}


def _tone(metric: str, direction: str) -> Tone:
    good = BY_NAME[metric].good
    if good == "neither":
        return "neutral"
    return "good" if good == direction else "bad"


# Whether a move in that direction is welcome.
TONES: dict[str, dict[str, Tone]] = {
    metric.name: {direction: _tone(metric.name, direction) for direction in _DIRECTIONS} for metric in METRICS
}

NEUTRAL: dict[str, dict[str, Tone]] = {
    metric: dict.fromkeys(directions, "neutral") for metric, directions in TONES.items()
}


@lru_cache(maxsize=4096)
def shown_label(label: object) -> str | None:
    """Return a mood label or test name if it is fit to be shown: 1 to 30 letters, '/', ' ' or '-'."""
    if not isinstance(label, str) or not 1 <= len(label) <= 30 or not _LETTERS.issuperset(label):
        return None
    return " ".join(label.split()) or None


@lru_cache(maxsize=256)
def cohort_people(cohort: str) -> str:
    """Return '30-39|female' as 'women aged 30–39', and what cannot be read as 'people'."""
    if cohort == "all":
        return "people of all ages"
    age, _, sex = cohort.partition("|")
    people = {"female": "women", "male": "men"}.get(sex, "people")
    low, _, high = age.partition("-")
    if low.isdecimal() and high.isdecimal():
        return f"{people} aged {low}–{high}"
    if age.endswith("+") and age[:-1].isdecimal():
        return f"{people} aged {age[:-1]} and over"
    return people
