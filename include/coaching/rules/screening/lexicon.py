"""Phrases from the lexicon files, ready to be looked for at a word of a text. Pure once the files are read."""

import re
import tomllib
from collections import defaultdict
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from include.coaching.rules.screening.spelling import STOP, Speller, plain

FILES = ("english.toml", "other_languages.toml")
DENIALS = "not|never|no|dont|doesnt|didnt|wont|wouldnt|cant|isnt|wasnt|nicht|nie|pas|nunca|nao"
GAPS = {  # words between two places of a phrase, no mark and no denial among them
    mark: rf"(?:(?!(?:{DENIALS}) )[^ ,.\"]+ ){{0,{most}}}?" for mark, most in (("..", 3), ("...", 5))
}
_FOLDER = Path(__file__).parent


class Passage:
    """The words of a text, held against phrases."""

    def __init__(self, words: list[str]) -> None:
        """The words and marks in their order; the end of the text ends a sentence."""
        self.words = words = [*words, STOP]
        self._text = " ".join([*words, ""])
        self._letters = [0, *accumulate(map(len, words))]  # before each word

    def end_of(self, pattern: re.Pattern[str], place: int) -> int | None:
        """The number of the word behind a phrase that begins at that place; the pattern is of what follows its
        first word. None where the phrase does not stand there.
        """
        match = pattern.match(self._text, self._letters[place + 1] + place + 1)
        return place + 1 + match.group().count(" ") if match else None


class Sign(NamedTuple):
    """A group of phrases of one kind. `faint` ones need another sign near by."""

    first: str  # word of its phrases
    category: str
    unless: frozenset[str]  # names of the excuses that hold for it
    faint: bool
    pattern: re.Pattern[str]  # of the words after the first, each with a blank behind it


class Lexicon(NamedTuple):
    """Everything the screen looks for, by the first word of the phrase."""

    signs: dict[str, list[Sign]]
    idioms: dict[str, re.Pattern[str]]
    times: dict[str, re.Pattern[str]]  # that are long gone
    unspaced: dict[str, str]  # category of texts in scripts without blanks
    words: dict[str, frozenset[str]]  # the word lists of the excuses
    speller: Speller


@cache
def lexicon() -> Lexicon:
    """The lexicon of all files."""
    parts = [tomllib.loads((_FOLDER / name).read_text(encoding="utf-8")) for name in FILES]
    groups = {name: words for part in parts for name, words in part.get("groups", {}).items()}
    kinds = [kind for part in parts for kind in part.get("sign", [])]
    idioms = [phrase for part in parts for phrase in part.get("harmless", {}).get("idioms", [])]
    times = [phrase for part in parts for phrase in part.get("harmless", {}).get("times", [])]
    words = {
        name: frozenset(plain(text).split()) for part in parts for name, text in part.get("words", {}).items()
    }
    unspaced = {
        plain(text): category for part in parts for text, category in part.get("unspaced", {}).items()
    }
    phrases = [phrase for kind in kinds for phrase in kind["phrases"]] + idioms + times
    spelling: dict[str, Any] = parts[0]["spelling"]
    speller = Speller(
        {word for phrase in phrases for word in re.findall(r"[^\W_]+", _with_groups(phrase, groups))},
        {wrong: right for right, others in spelling["other"].items() for wrong in others.split()},
        spelling["hidden"].split(),
        spelling["written_as_one"],
    )
    return Lexicon(
        _signs(kinds, groups), _phrases(idioms, groups), _phrases(times, groups), unspaced, words, speller
    )


def _signs(kinds: list[dict[str, Any]], groups: dict[str, str]) -> dict[str, list[Sign]]:
    """By first word; kinds of the same category and excuses become one sign."""
    alike: dict[tuple[str, frozenset[str], bool], list[str]] = defaultdict(list)
    for kind in kinds:
        alike[kind["category"], frozenset(kind["unless"]), kind.get("faint", False)] += kind["phrases"]
    found: dict[str, list[Sign]] = defaultdict(list)
    for (category, unless, faint), phrases in alike.items():
        for first, pattern in _phrases(phrases, groups).items():
            found[first].append(Sign(first, category, unless, faint, pattern))
    return dict(found)


def _phrases(phrases: list[str], groups: dict[str, str]) -> dict[str, re.Pattern[str]]:
    """The pattern of what follows each first word."""
    return {first: re.compile("|".join(rest)) for first, rest in _by_first_word(phrases, groups).items()}


def _by_first_word(phrases: list[str], groups: dict[str, str]) -> dict[str, list[str]]:
    """Each word that a phrase can begin with, and the patterns of what follows it."""
    found: dict[str, list[str]] = defaultdict(list)
    for phrase in phrases:
        first, *rest = _with_groups(phrase, groups).split(" ")
        following = "".join(map(_element, rest))
        for start in first.split("|"):
            word, *others = start.split("_")
            found[word].append("".join(f"{other} " for other in others) + following)
    return found


def _with_groups(phrase: str, groups: dict[str, str]) -> str:
    return plain(re.sub(r"<(\w+)>", lambda name: groups[name[1]], phrase))


def _element(element: str) -> str:
    """The pattern of one place in a phrase: alternatives, which may have several words and may be left out."""
    if element in GAPS:
        return GAPS[element]
    choices = "|".join(re.escape(choice.rstrip("?").replace("_", " ")) for choice in element.split("|"))
    return f"(?:(?:{choices}) )" + ("?" if element.endswith("?") else "")
