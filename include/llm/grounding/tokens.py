"""A text as tokens: words, numbers and signs, in lower case, with their places in the text."""

import re
import unicodedata
from typing import NamedTuple

_TOKEN = re.compile(
    r"(?:\d{1,3}(?:,\d{3})+(?![\d])|\d+)(?:\.\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*|%|\n|[-.,;:!?()\[\]/~≈+–—−=<>&]"
)
_SAME = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "‑": "-", "‐": "-", "½": " half ", "⅓": " third ", "¼": " quarter ",
     "¾": " three quarters ", "⅔": " two thirds ", "…": ". ", "\u200b": "", "\u00ad": ""}
)  # fmt: skip


_KNOWN = frozenset("½⅓¼¾⅔µμ")


class Token(NamedTuple):
    """`text` is lower case; `start` and `end` are places in the readable text."""

    text: str
    start: int
    end: int


def readable(text: str) -> str:
    """Return the text with one form of each sign: compatibility forms, quotes, hyphens and fractions."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text.translate(_SAME))


def unreadable(text: str) -> str | None:
    """Return the first sign that could hide a number or a word from us, or None.

    Digits and letters of other scripts, and signs that are numbers by themselves.
    """
    if text.isascii():
        return None
    for sign in text:
        if sign in _KNOWN:
            continue
        if sign > "\u024f" and (sign.isnumeric() or (sign.isalpha())):
            return sign
        if sign in "²³¹":
            return sign
    return None


def tokens(text: str) -> list[Token]:
    """Return the tokens; a hyphen inside a word is left out, one between digits or before one is kept."""
    found: list[Token] = []
    lower = text.lower()
    if len(lower) != len(text):
        lower = text
    for match in _TOKEN.finditer(lower):
        word, start, end = match[0], match.start(), match.end()
        if word == "-" and start > 0 and end < len(lower):
            before, after = lower[start - 1], lower[end]
            if (before.isalnum() and after.isalpha()) or (before.isalpha() and after.isalnum()):
                continue
        found.append(Token(word, start, end))
    return found
