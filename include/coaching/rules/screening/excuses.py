"""What makes a sign harmless: another person, a denial, a time long gone, somebody else's words. Pure.

Each excuse looks at a bounded number of words about the sign. None of them holds in doubt.
"""

from collections.abc import Callable, Sequence

from include.coaching.rules.screening.lexicon import Passage, lexicon
from include.coaching.rules.screening.spelling import PAUSE, QUOTE, STOP

Excuse = Callable[[Passage, int, int], bool]  # the text, and where in it the sign begins and ends

NEAR, SENTENCE = 7, 30  # words


def about_others(passage: Passage, start: int, end: int) -> bool:
    """The last person named up to the end of the sign, in its sentence, is not the writer."""
    return _names_others([*_before(passage.words, start, 10), *passage.words[start:end]])


def others_before(passage: Passage, start: int, _end: int) -> bool:
    """The same of the persons before the sign, where it may name others as those who suffer by the writer."""
    return _names_others(_before(passage.words, start, 10))


def _names_others(words: Sequence[str]) -> bool:
    known = lexicon().words
    for word in reversed(words):
        if word in known["self"]:
            return False
        if word in known["others"]:
            return True
    return False


def denied(passage: Passage, start: int, end: int) -> bool:
    """One denial, no doubt beside it, and no "but" behind it."""
    known, words = lexicon().words, passage.words
    clause = _last_clause(_before(words, start, NEAR), known["joints"] | known["subjects"])
    denials = sum(word in known["denials"] for word in clause)
    if denials != 1 or not known["doubts"].isdisjoint(_before(words, start, 2 * NEAR)):
        return False
    behind = _after(words, end, SENTENCE)
    return known["reservations"].isdisjoint(behind) and known["degrees"].isdisjoint(behind[:1])


def long_past(passage: Passage, start: int, end: int) -> bool:
    """A time long gone is named in the sentence, and nothing there or in the next says that it came back."""
    returns, times, words = lexicon().words["returns"], lexicon().times, passage.words
    first = start - len(_before(words, start, SENTENCE))
    last = end + len(_after(words, end, SENTENCE))
    if not returns.isdisjoint(words[first : end + SENTENCE]):
        return False
    return any(
        passage.end_of(times[words[place]], place) for place in range(first, last) if words[place] in times
    )


def told(passage: Passage, start: int, end: int) -> bool:
    """Inside quotation marks that open in its sentence, which names somebody else or a work as their source."""
    before, behind = _before(passage.words, start, SENTENCE), passage.words[end : end + SENTENCE]
    if QUOTE not in before or QUOTE not in behind:
        return False
    opening, closing = len(before) - 1 - before[::-1].index(QUOTE), behind.index(QUOTE)
    frame = [*before[max(0, opening - NEAR) : opening], QUOTE, *behind[closing + 1 : closing + 5]]
    known = lexicon().words
    places = [place for place, word in enumerate(frame) if word in known["sources"]]
    own = any(not known["subjects"].isdisjoint(frame[max(0, place - 2) : place]) for place in places)
    return bool(places) and not own


def in_jest(passage: Passage, start: int, end: int) -> bool:
    """Said of embarrassment, in the same sentence."""
    return _names(passage.words, start, end, "embarrassment")


def dreamt(passage: Passage, start: int, end: int) -> bool:
    """A dream or a play is named in the same sentence."""
    return _names(passage.words, start, end, "dreams")


def _names(words: Sequence[str], start: int, end: int, words_of: str) -> bool:
    sentence = {*_before(words, start, SENTENCE), *_after(words, end, SENTENCE)}
    return not lexicon().words[words_of].isdisjoint(sentence)


def _before(words: Sequence[str], start: int, most: int) -> Sequence[str]:
    """At most so many words before the sign, from the beginning of its sentence."""
    near = words[max(0, start - most) : start]
    for place in range(len(near) - 1, -1, -1):
        if near[place] == STOP:
            return near[place + 1 :]
    return near


def _after(words: Sequence[str], end: int, most: int) -> Sequence[str]:
    """At most so many words after the sign, to the end of its sentence."""
    near = words[end : end + most]
    return near[: near.index(STOP)] if STOP in near else near


def _last_clause(words: Sequence[str], joints: frozenset[str]) -> Sequence[str]:
    """What follows the last comma, conjunction or subject."""
    for place in range(len(words) - 1, -1, -1):
        if words[place] == PAUSE or words[place] in joints:
            return words[place + 1 :]
    return words


EXCUSES: dict[str, Excuse] = {
    "others": about_others,
    "others_before": others_before,
    "denied": denied,
    "past": long_past,
    "told": told,
    "jest": in_jest,
    "dreamt": dreamt,
}
