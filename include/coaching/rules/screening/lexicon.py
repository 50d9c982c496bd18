"""Phrases from the lexicon files, ready to be looked for at a word of a text. Pure once the files are read."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from include.coaching.rules.screening.spelling import Speller, plain

FILES = ("english.toml", "other_languages.toml")
REACH = 16  # words that a phrase may cover, gaps included
GAP = r"(?:[^ ,.\"]+ ){0,3}?"  # what ".." stands for: up to three words, no mark among them
_FOLDER = Path(__file__).parent


class Sign(NamedTuple):
    """A group of phrases of one kind. `faint` ones need another sign near by."""

    name: str
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
    found: dict[str, list[Sign]] = defaultdict(list)
    for number, kind in enumerate(kinds):
        for first, rest in _by_first_word(kind["phrases"], groups).items():
            faint = kind.get("faint", False)
            found[first].append(
                Sign(f"{number} {first}", kind["category"], frozenset(kind["unless"]), faint, _any_of(rest))
            )
    return dict(found)


def _phrases(phrases: list[str], groups: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {first: _any_of(rest) for first, rest in _by_first_word(phrases, groups).items()}


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
    if element == "..":
        return GAP
    choices = "|".join(re.escape(choice.rstrip("?").replace("_", " ")) for choice in element.split("|"))
    return f"(?:(?:{choices}) )" + ("?" if element.endswith("?") else "")


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


def following(words: Sequence[str], place: int) -> str:
    """The words after one, each with a blank behind it: what the pattern of a phrase is held against."""
    return " ".join([*words[place + 1 : place + REACH], ""])


def reach(match: re.Match[str], place: int) -> int:
    """The number of the word behind a phrase that begins at that place and was found to go on so."""
    return place + 1 + match.group().count(" ")
