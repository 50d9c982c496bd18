"""A text as a row of marks: subjects, numbers, directions, weekdays, periods, cues and boundaries."""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from include.llm.grounding import numbers
from include.llm.grounding.evidence import Vocabulary
from include.llm.grounding.lexicon import Entry, Phrases, by_first_word, phrases_of
from include.llm.grounding.numbers import Number
from include.llm.grounding.tokens import Token, tokens

_STOPS = frozenset(".!?\n")
_STRONG = frozenset(";:()[]–—")
_CLOCK = re.compile(r"\d{1,2}$")


_NOTHING: tuple[tuple[int, ...], dict[tuple[str, ...], list[Entry]]] = ((), {})
_NUMBER_WORDS = frozenset(
    {*numbers.TIMES, *numbers.FRACTIONS, *numbers.COUNTED, *numbers.ORDINALS, *numbers.SMALL, *numbers.TENS}
    | {*numbers.SCALES, "a", "an"}
)


class Mark(NamedTuple):
    """One mark; `at` and `to` count tokens, `start` and `end` characters."""

    kind: str  # subject number move cue period mode hedge group not bound weekday month stop word
    value: Any
    at: int
    to: int
    start: int
    end: int


@lru_cache(maxsize=8)
def phrases(vocabulary: Vocabulary) -> Phrases:
    """Return the phrases of the language and of the domain."""
    extra: list[tuple[str, Entry]] = [
        (name, ("subject", subject)) for subject, names in vocabulary.names for name in names
    ]
    return phrases_of(extra)


def marks(text: str, vocabulary: Vocabulary, names: dict[str, str]) -> list[Mark]:
    """Return the marks of a readable text, in order."""
    row = tokens(text)
    known = _all_phrases(vocabulary, tuple(names.items())) if names else phrases(vocabulary)
    found: list[Mark] = []
    at, size = 0, len(row)
    while at < size:
        entries, to = _phrase(row, at, known)
        number = (
            None if entries and entries[0][0] in ("period", "subject") and to - at > 1 else _number(row, at)
        )
        if number:
            at = _add_number(found, row, at, *number)
            _add_unit(found, row, at, known)
            continue
        if entries:
            found.extend(Mark(kind, value, at, to, row[at].start, row[to - 1].end) for kind, value in entries)
        else:
            found.append(_plain(row, at))
            to = at + 1
        at = to
    return found


@lru_cache(maxsize=512)
def _all_phrases(vocabulary: Vocabulary, names: tuple[tuple[str, str], ...]) -> Phrases:
    """Return the phrases with the names that the evidence alone knows, beside the others of their first word."""
    known = phrases(vocabulary)
    found: dict[tuple[str, ...], list[Entry]] = {}
    for name, subject in names:
        words = tuple(token.text for token in tokens(name))
        if words:
            found.update(known.get(words[0], ((), {}))[1])
            found[words] = [("subject", subject)]
    return known | by_first_word(found)


def _phrase(row: list[Token], at: int, known: Phrases) -> tuple[list[Entry], int]:
    lengths, entries = known.get(row[at][0], _NOTHING)
    for length in lengths:
        words = (row[at][0],) if length == 1 else tuple([token[0] for token in row[at : at + length]])
        if len(words) == length and words in entries:
            return entries[words], at + length
    return [], at


def _plain(row: list[Token], at: int) -> Mark:
    token = row[at]
    text = token.text
    kind = "word"
    if text in _STOPS:
        kind = "stop"
    elif text in "–-—" and _between_digits(row, at):
        return Mark("cue", "glue", at, at + 1, token.start, token.end)
    elif text in _STRONG:
        kind = "strong"
    elif text == ",":
        kind = "comma"
    elif text[0].isdigit():
        kind = "date"  # digits that are no number of ours
    return Mark(kind, text, at, at + 1, token.start, token.end)


def _add_unit(found: list[Mark], row: list[Token], to: int, known: Phrases) -> None:
    """Append the subject or the group that a unit names: '8,123 steps', '3,121 women'."""
    entries, _ = _phrase(row, to - 1, known)
    token = row[to - 1]
    for kind, value in entries:
        if kind in ("subject", "group"):
            found.append(Mark(kind, value, to - 1, to, token.start, token.end))


def _between_digits(row: list[Token], at: int) -> bool:
    return 0 < at < len(row) - 1 and row[at - 1].text[0].isdigit() and row[at + 1].text[0].isdigit()


def _add_number(found: list[Mark], row: list[Token], at: int, number: Number, to: int) -> int:
    """Append the number's mark and what its unit or its sign says; return the place after it."""
    before = row[at - 1].text if at else ""
    touches = at > 0 and row[at - 1].end == row[at].start
    if before in ("-", "−", "+") and touches and not (at > 1 and row[at - 2].text[0].isdigit()):
        found.append(
            Mark("move", ("up" if before == "+" else "down", "sign"), at - 1, at, row[at].start, row[at].end)
        )
    found.append(Mark("number", number, at, to, row[at].start, row[to - 1].end))
    return to


def _number(row: list[Token], at: int) -> tuple[Number, int] | None:
    """Return the number at `at` with its unit, and the place after it."""
    text = row[at].text
    if text[0].isdigit():
        return _with_unit(row, numbers.written(text), at + 1) if text[0] in "0123456789" else None
    if text not in _NUMBER_WORDS:
        return None
    special = _share_or_hour(row, at)
    if special:
        return special
    if text in numbers.ORDINALS and text != "second":
        return Number(float(numbers.ORDINALS[text]), 1.0, 0, "ordinal", None, 1), at + 1
    if text in numbers.COUNTED and _word(row, at + 1) != "up":
        return _with_unit(row, numbers.written(str(numbers.COUNTED[text])), at + 1)
    found = numbers.in_words(row, at)
    pronoun = text == "one" and found is not None and found[1] == at + 1 and _no_count(row, at + 1)
    return _with_unit(row, *found) if found and not pronoun else None


def _share_or_hour(row: list[Token], at: int) -> tuple[Number, int] | None:
    """Return 'twice', 'half', 'a third' or 'an hour' with the place after it, or None."""
    text, after = row[at].text, _word(row, at + 1)
    if text in numbers.TIMES:
        return Number(numbers.TIMES[text], 1.0, 0, "times", "%", 1), at + 1
    if text in numbers.FRACTIONS and after != "way":
        return _fraction(row, at)
    if text in ("a", "an") and after in numbers.FRACTIONS:
        return _fraction(row, at + 1)
    if text == "an" and after == "hour" and not (at and row[at - 1].text[0].isdigit()):
        return _and_minutes(row, Number(60.0, 60.0, 0, "plain", "min", 1), at + 2)
    return None


def _no_count(row: list[Token], at: int) -> bool:
    """Return whether 'one' is a pronoun here: no unit and no part of a number follows."""
    word = _word(row, at)
    return numbers.unit_at(row, at) is None and word not in numbers.FRACTIONS and word not in ("in", "and")


def _word(row: list[Token], at: int) -> str:
    return row[at].text if at < len(row) else ""


def _fraction(row: list[Token], at: int) -> tuple[Number, int]:
    """Return 'a third' as percent; 'half an hour' and 'a quarter of an hour' as minutes."""
    share = numbers.FRACTIONS[row[at].text]
    to = at + 1
    rest = [_word(row, to + step) for step in range(3)]
    for words in (["of", "an", "hour"], ["an", "hour"], ["hour"]):
        if rest[: len(words)] == words:
            return Number(0.6 * share, 1.0, 0, "plain", "min", 2), to + len(words)
    return Number(share, 1.0, 0, "fraction", "%", 2), to


def _with_unit(row: list[Token], number: Number, to: int) -> tuple[Number, int]:
    word = _word(row, to)
    touches = to < len(row) and row[to - 1].end == row[to].start
    if touches and word in ("st", "nd", "rd", "th"):
        return number._replace(form="ordinal"), to + 1
    if touches and word == "k":
        number, to = number._replace(value=number.value * 1_000, place=number.place * 1_000), to + 1
    elif word in numbers.FRACTIONS and word not in ("half", "quarter") and number.value < 20:
        share = numbers.FRACTIONS[word] * number.value
        return Number(share, 1.0, 0, "fraction", "%", 2), to + 1
    elif [word, _word(row, to + 1), _word(row, to + 2)] == ["and", "a", "half"]:
        number = number._replace(value=number.value + 0.5, place=0.5)
        to += 3
    unit = numbers.unit_at(row, to)
    if unit is None:
        return number, to
    name, factor, to = unit
    number = numbers.in_unit(number, name, factor)
    return _and_minutes(row, number, to) if factor == 60.0 and number.place == 60.0 else (number, to)


def _and_minutes(row: list[Token], hours: Number, to: int) -> tuple[Number, int]:
    """Return '7 h 20 min', '7h20' and 'an hour and a half' as minutes."""
    at = to + 1 if _word(row, to) in ("and", ",") else to
    if [_word(row, at), _word(row, at + 1)] == ["a", "half"]:
        return hours._replace(value=hours.value + 30, place=30.0), at + 2
    word = _word(row, at)
    minutes = numbers.written(word) if word.isascii() and word.isdigit() else None
    end = at + 1
    if minutes is None:
        words = numbers.in_words(row, at)
        minutes, end = words or (None, at)
    if minutes is None or minutes.value >= 60 or minutes.place != 1.0:
        return hours, to
    unit = numbers.unit_at(row, end)
    if unit and unit[:2] == ("min", 1.0):
        end = unit[2]
    elif at != to or unit or not _CLOCK.match(word):
        return hours, to
    return hours._replace(value=hours.value + minutes.value, place=1.0, zeros=0, scale=1.0), end
