"""Hints in a text that its writer may be at risk: the lexicon's signs, less what excuses them. Pure.

A sign of which it is not plain that it is an idiom, somebody else's, long past, or denied, counts. What is looked
for stands in the lexicon files beside this one; docs/coaching_safety.md says how well it works.
"""

from collections.abc import Iterator

from include.coaching.rules.screening.excuses import EXCUSES
from include.coaching.rules.screening.lexicon import Lexicon, Passage, Sign, lexicon
from include.coaching.rules.screening.spelling import plain

SCREEN_VERSION = "screen-2"  # raise with every change of the rules or the lexicon

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
    faint: dict[str, int] = {}
    for sign, start, end in _signs(Passage(book.speller.words(spelt)), book):
        if not sign.faint:
            return sign.category
        if any(0 <= start - before <= TOGETHER for first, before in faint.items() if first != sign.first):
            return sign.category
        faint[sign.first] = end
    return None


def _signs(passage: Passage, book: Lexicon) -> Iterator[tuple[Sign, int, int]]:
    """Each sign that nothing excuses, with the numbers of its first word and of the one behind it."""
    for start, word in enumerate(passage.words):
        if word not in book.signs:
            continue
        for sign in book.signs[word]:
            end = passage.end_of(sign.pattern, start)
            if end and not _excused(passage, start, end, sign, book):
                yield sign, start, end


def _excused(passage: Passage, start: int, end: int, sign: Sign, book: Lexicon) -> bool:
    if any(EXCUSES[name](passage, start, end) for name in sign.unless):
        return True
    for place in range(max(0, start - _IDIOM_LEAD), end):
        idiom = book.idioms.get(passage.words[place])
        if idiom and (passage.end_of(idiom, place) or 0) > start:
            return True
    return False
