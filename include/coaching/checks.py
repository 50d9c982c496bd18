"""What is wrong with a model's message or simulation: pure rules, which name no person and quote no journal.

Of a message: every number, weekday and month in it is in the document, and what it says of a metric goes the way
that was found; it claims no illness, hands out no links or numbers to call, speaks of no prompt, and copies no
passage of the journal; its push gives nothing away. What cannot be read cannot be checked, and fails.
"""

import re
from calendar import day_name, month_name
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from include.coaching.models import PUSH_LENGTH
from include.llm.grounding.numbers import (
    COUNTED,
    FRACTIONS,
    SCALES,
    SMALL,
    TENS,
    TIMES,
    Number,
    in_unit,
    in_words,
    may_be_written,
    unit_at,
    written,
)
from include.llm.grounding.tokens import Token, readable, tokens, unreadable

MOST_COPIED = 14  # words in a row of the journal
TELLING = 5  # letters of a word by which a passage is known
PRIVATE_RUN, PRIVATE_SIGNS = 3, 5  # words, or signs of a script without spaces, that a push may not share
HIGHEST_RATING = 10
HARMLESS = 3  # "two thoughts"
FREE_WORDS = frozenset({"one", "couple", "pair", "handful"})
NO_NAMES = frozenset({"", "may", "march"})  # words of another meaning
CALENDAR = frozenset(name.lower() for name in (*day_name, *month_name)) - NO_NAMES
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")
_UNSPACED = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\u0e00-\u0e7f]+")
_LEAKS = {
    "holds a link or an address": re.compile(
        r"https?:|www\.|\S@\S|\b[\w-]+\.(?:com|org|net|io|co|app|info|ly|ru|me|de|uk|gg|xyz)\b", re.IGNORECASE
    ),
    "holds a number to call or a code": re.compile(r"(?:\d[ ().-]?){6,}\d"),
    "speaks of a prompt, a document or a model": re.compile(
        r"\bas an ai\b|\blanguage model\b|\bsystem prompt\b|\bmy instructions\b|\b(?:previous|prior) instructions\b"
        r"|\bthe document\b|\bjson\b|\bschema\b|effectiveness.?rating|recommended.?action|_message\b|\bprompt\b",
        re.IGNORECASE,
    ),
    "holds markup": re.compile(r"[{}<>\[\]|`]|\*\*|^#|\\n", re.MULTILINE),
    "shouts": re.compile(r"\b[A-Z]{4,}\b"),
    "asks for money, a password or a code": re.compile(
        r"\b(?:passwords?|passcode|pin code|bank (?:account|details)|account number|credit card|gift cards?|bitcoin"
        r"|crypto|wire (?:the )?money|send (?:me |us )?(?:the )?money|transfer (?:the )?money)\b",
        re.IGNORECASE,
    ),
    "diagnoses, or speaks of medicine": re.compile(
        r"\bdiagnos\w*|\b(?:\w+ )?disorders?\b|\bclinical(?:ly)?\b|\bsymptoms?\b|\bdepression\b|\bdepressive\b"
        r"|\b(?:you are|you're|you seem|you may be|you might be) (?:\w+ )?depressed\b|\badhd\b|\bautis\w*|\bbipolar\b"
        r"|\bptsd\b|\binsomnia\w*|\bmedicat\w*|\bdos(?:e|age)s?\b|\bprescri\w+|\bantidepress\w*|\bpsychosis\b"
        r"|\bpsychotic\b|\bschizo\w*|\b(?:borderline|narcissis\w*) personality\b|\banxiety attack\b",
        re.IGNORECASE,
    ),
}
_METRICS = {
    "steps": r"steps?|walk\w*",
    "active_minutes": r"active (?:minutes|time)|activity",
    "sleep_minutes": r"sle(?:ep|pt)\w*|nights?",
    "resting_heart_rate": r"resting (?:heart rate|pulse)|heart rate|pulse",
    "hrv": r"heart rate variability|hrv|variability",
    "stress": r"stress(?: level| score)?",
}
_WENT = {
    "up": r"rose|risen|rising|increas(?:ed|ing)|climb(?:ed|ing)|went up|gone up|(?:is|are|was|were|been) (?:up|higher"
    r"|longer)|(?:more|higher|longer) than",
    "down": r"fell|fallen|falling|dropp(?:ed|ing)|decreas(?:ed|ing)|declin(?:ed|ing)|went down|gone down"
    r"|(?:is|are|was|were|been) (?:down|lower|shorter)|(?:less|fewer|lower|shorter) than",
}
_OPPOSITE = {"up": "down", "down": "up"}


class Said(NamedTuple):
    """A number in a text, in minutes where it is a time, and the word that it begins with."""

    number: Number
    word: str


def of_message(document: dict[str, Any], answer: dict[str, Any]) -> list[str]:
    """What is wrong with a message and its push, one line each; empty = nothing."""
    message, push = answer["message"], answer["push_notification_text"]
    known = list(_strings(document["facts"]))
    found = [f"message: {problem}" for problem in _wrong(message)]
    found += [f"push_notification_text: {problem}" for problem in _wrong(push)]
    found += [f"message: {problem}" for problem in _ungrounded(message, document["facts"], known)]
    journal = [entry["text"] for entry in document["facts"]["entries"]]
    if any(_shared_run(message, text, MOST_COPIED) for text in journal):
        found.append(f"message: copies {MOST_COPIED} words in a row of the journal")
    return found + [f"push_notification_text: {problem}" for problem in _private(push, journal)]


def of_simulation(document: dict[str, Any], answer: dict[str, Any]) -> list[str]:
    """What is wrong with a simulation: its reason is handed to the writer of the message."""
    reason = answer["reason"]
    found = [f"reason: {problem}" for problem in _wrong(reason)]
    known = {*_values(document["facts"]), *_spelt(_strings(document))}
    found += [
        f"reason: {said.word!r} is no number of the document"
        for said in _numbers(tokens(readable(reason)))
        if said.number.value > HIGHEST_RATING and not _is_known(said.number, known)
    ]
    journal = [entry["text"] for entry in document["facts"]["entries"]]
    if any(_shared_run(reason, text, MOST_COPIED) for text in journal):
        found.append(f"reason: copies {MOST_COPIED} words in a row of the journal")
    return found


def _wrong(text: str) -> Iterator[str]:
    """What no text of ours holds, whatever it is about."""
    if unreadable(text):
        yield "holds signs of another script, or numbers in them: write English"
    for problem, pattern in _LEAKS.items():
        if pattern.search(readable(text)):
            yield problem


# ------------------------------------------------------------------ numbers, days, directions


def _ungrounded(text: str, facts: dict[str, Any], known: list[str]) -> Iterator[str]:
    words = {token.text for token in tokens(readable(" \n ".join(known)))}
    values = {*_values(facts), *_spelt(known)}
    ours = tokens(readable(text))
    for said in _numbers(ours):
        if not (_is_free(said) or _is_known(said.number, values)):
            yield f"{said.word!r} is no number of the document"
    for token in ours:
        day = token.text.removesuffix("s")
        if day in CALENDAR and not {day, f"{day}s"} & words:
            yield f"{token.text!r} is not in the document"
        if (token.text in TIMES or token.text in FRACTIONS) and token.text not in words:
            yield f"{token.text!r} is a share or a factor that is not in the document"
    yield from _wrong_ways(text, facts["insights"])


def _is_free(said: Said) -> bool:
    """Whether it says no number: 'one small step', 'a couple of minutes'; not so 'one hundred'."""
    return said.word in FREE_WORDS and said.number.value <= COUNTED["handful"]


def _is_known(number: Number, values: set[float]) -> bool:
    if number.value in values:
        return True
    return any(may_be_written(abs(value), number, None) for value in values)


def _numbers(row: list[Token]) -> Iterator[Said]:
    """The numbers of a text, '7 hours 20 minutes' as 440 and 7,200 as it is."""
    at = 0
    while at < len(row):
        token = row[at]
        if token.text[0].isdigit():
            number, end = written(token.text), at + 1
        elif token.text in SMALL or token.text in TENS or token.text in SCALES or token.text in COUNTED:
            read = in_words(row, at)
            number, end = read or (written(str(COUNTED.get(token.text, SCALES.get(token.text, 0)))), at + 1)
        else:
            at += 1
            continue
        unit = unit_at(row, end)
        if unit and unit[0] == "min":
            number = in_unit(number, "min", unit[1])
            rest = _minutes_after(row, unit[2]) if unit[1] > 1 else None
            if rest:
                number, end = number._replace(value=number.value + rest[0], place=1.0), rest[1]
        yield Said(number, token.text)
        at = end


def _minutes_after(row: list[Token], at: int) -> tuple[float, int] | None:
    """The minutes after hours: '7 hours and 20 minutes'."""
    at += at < len(row) and row[at].text in ("and", ",")
    if at < len(row) and row[at].text[0].isdigit():
        unit = unit_at(row, at + 1)
        if unit and unit[:2] == ("min", 1.0):
            return float(row[at].text.replace(",", "")), unit[2]
    return None


def _values(part: Any) -> Iterator[float]:
    """Every number of a document."""
    if isinstance(part, bool):
        return
    if isinstance(part, int | float):
        yield abs(float(part))
    elif isinstance(part, dict | list):
        for one in part.values() if isinstance(part, dict) else part:
            yield from _values(one)


def _spelt(texts: Iterable[str]) -> Iterator[float]:
    """Every number in texts."""
    return (said.number.value for said in _numbers(tokens(readable(" \n ".join(texts)))))


def _strings(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for one in part.values() if isinstance(part, dict) else part:
            yield from _strings(one)


def _wrong_ways(text: str, insights: list[dict[str, Any]]) -> Iterator[str]:
    """A metric that is said to have gone the other way than every finding about it."""
    found: dict[str, set[str]] = {}
    for one in insights:
        found.setdefault(one["metric"], set()).add(one["direction"])
    for sentence in re.split(r"[.!?;]", readable(text).lower()):
        for metric, ways in found.items():
            if not re.search(rf"\b(?:{_METRICS.get(metric, re.escape(metric))})\b", sentence):
                continue
            for way, words in _WENT.items():
                if _OPPOSITE[way] in ways and way not in ways and re.search(rf"\b(?:{words})\b", sentence):
                    yield f"{metric} did not go {way}"


# ------------------------------------------------------------------ what is the journal's


def _private(push: str, journal: list[str]) -> Iterator[str]:
    """What a push gives away: it shows on a locked screen."""
    if len(push) > PUSH_LENGTH:
        yield f"is longer than {PUSH_LENGTH} characters"
    spelt = (said.number.value for said in _numbers(tokens(readable(push))) if not _is_free(said))
    if any(sign.isdigit() for sign in push) or any(value > HARMLESS for value in spelt):
        yield "holds a number"
    if any(_shared_run(push, text, PRIVATE_RUN) or _shared_signs(push, text) for text in journal):
        yield "quotes the journal"
    names = {name.lower() for text in journal for name in _NAME.findall(text)} - CALENDAR
    if names & set(_words(push)):
        yield "holds a name from the journal"


def _words(text: str) -> list[str]:
    return _WORD.findall(readable(text).lower())


def _shared_run(text: str, other: str, length: int) -> bool:
    """Whether so many words in a row stand in both, one of them at least a telling one."""
    theirs = _words(other)
    runs = {tuple(theirs[at : at + length]) for at in range(len(theirs) - length + 1)}
    ours = _words(text)
    return any(
        run in runs and any(len(word) >= TELLING for word in run)
        for run in (tuple(ours[at : at + length]) for at in range(len(ours) - length + 1))
    )


def _shared_signs(text: str, other: str) -> bool:
    """The same for scripts without spaces."""
    return any(
        run[at : at + PRIVATE_SIGNS] in other
        for run in _UNSPACED.findall(text)
        for at in range(len(run) - PRIVATE_SIGNS + 1)
    )
