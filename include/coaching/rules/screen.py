"""Hints in a text that its writer may be at risk: the lexicon's signs, less what excuses them. Pure.

A sign of which it is not plain that it is an idiom, somebody else's, long past, or denied, counts. What is looked
for stands in the lexicon files beside this one; docs/coaching_safety.md says how well it works.
"""

from collections.abc import Iterator, Sequence

from include.coaching.rules.screening.excuses import EXCUSES
from include.coaching.rules.screening.lexicon import Lexicon, Sign, following, lexicon, reach
from include.coaching.rules.screening.spelling import plain, tokens

SCREEN_VERSION = "screen-1"  # raise with every change of the rules or the lexicon

TOGETHER = 80  # words within which two faint signs make one
_IDIOM_LEAD = 6  # words by which an idiom may begin before the sign in it


def screen(text: str) -> str | None:
    """The category of the first hint of self-harm or crisis in the text, None where there is none.

    Any text will do, of any length and script; time grows with its length alone.
    """
    book, spelt = lexicon(), plain(text)
    if not spelt.isascii():
        for unspaced, category in book.unspaced.items():
            if unspaced in spelt:
                return category
    words = tokens(spelt, book.speller)
    faint: dict[str, int] = {}
    for sign, start in _signs(words, book):
        if not sign.faint:
            return sign.category
        if any(start - place <= TOGETHER for name, place in faint.items() if name != sign.name):
            return sign.category
        faint[sign.name] = start
    return None


def _signs(words: Sequence[str], book: Lexicon) -> Iterator[tuple[Sign, int]]:
    """Each sign that nothing excuses, and the number of its first word."""
    for start, word in enumerate(words):
        if word not in book.signs:
            continue
        ahead = following(words, start)
        for sign in book.signs[word]:
            match = sign.pattern.match(ahead)
            if match and not _excused(words, start, reach(match, start), sign, book):
                yield sign, start


def _excused(words: Sequence[str], start: int, end: int, sign: Sign, book: Lexicon) -> bool:
    if any(EXCUSES[name](words, start, end) for name in sign.unless):
        return True
    return any(
        reach(match, place) > start
        for place in range(max(0, start - _IDIOM_LEAD), end)
        if words[place] in book.idioms and (match := book.idioms[words[place]].match(following(words, place)))
    )
