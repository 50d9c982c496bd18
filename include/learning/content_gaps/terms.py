"""From what people typed to terms: normalised, near spellings together, nobody's own words kept. Pure."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from include.learning.content_gaps.models import Gap, Search

LONGEST = 80  # characters; what is longer is a pasted text, and no two people paste the same
LEAST_LEARNERS = 2
SINGULAR = (
    ("sses", "ss"),
    ("ies", "y"),
)  # ending → of one of them, by step 1a of Porter 1980, Program 14:130
NO_PLURAL = ("ss", "us", "is")  # class, radius, analysis


def normalise(query: str) -> str:
    """Unicode NFKC, case folded, without diacritics or punctuation, single spaces, words in the singular.

    Empty where nothing is left. Symbols such as + and = stay: they are what a formula is searched by.
    Diacritics go in Latin and Greek only: in other scripts the marks are part of a letter.
    """
    folded = unicodedata.normalize("NFKC", query).casefold()
    bare = "".join(map(_plain, unicodedata.normalize("NFD", folded)))
    words = unicodedata.normalize("NFC", _drop_marks(bare)).split()
    return " ".join(map(_singular, words))[:LONGEST].strip()


def _plain(character: str) -> str:
    """A space for punctuation and controls, nothing for an apostrophe, otherwise the character."""
    if character in "'’":
        return ""
    return " " if unicodedata.category(character)[0] in "PCZ" else character


def _drop_marks(text: str) -> str:
    """Without the combining marks that stand on a letter of a script that is read without them."""
    kept: list[str] = []
    for character in text:
        if unicodedata.category(character) == "Mn" and kept and _reads_without_marks(kept[-1]):
            continue
        kept.append(character)
    return "".join(kept)


def _reads_without_marks(letter: str) -> bool:
    return letter < "\u0400"  # Latin and Greek stand before Cyrillic


def _singular(word: str) -> str:
    """English plurals only, and only of plain words of four letters and more."""
    if len(word) < 4 or not (word.isascii() and word.isalpha()) or word.endswith(NO_PLURAL):
        return word
    for ending, single in SINGULAR:
        if word.endswith(ending):
            return word.removesuffix(ending) + single
    return word.removesuffix("s")


def by_term(searches: Iterable[Search]) -> dict[str, list[Search]]:
    """Searches under their normalised term; what normalises to nothing is left out."""
    found: dict[str, list[Search]] = defaultdict(list)
    for search in searches:
        if term := normalise(search.query):
            found[term].append(search)
    return dict(found)


def learners(searches: Iterable[Search]) -> int:
    return len({search.user_id for search in searches})


def shared(terms: Mapping[str, list[Search]]) -> list[str]:
    """The terms of at least two learners, those of most learners first."""
    counted = {term: learners(searches) for term, searches in terms.items()}
    kept = [term for term, found in counted.items() if found >= LEAST_LEARNERS]
    return sorted(kept, key=lambda term: (-counted[term], term))


def slips(length: int) -> int:
    """How many letters of a term may differ for it to be the same one misspelt: none under five letters."""
    return 0 if length < 5 else 1 if length < 9 else 2


def group(terms: Mapping[str, list[Search]], near: Iterable[tuple[str, str]]) -> list[Gap]:
    """One gap a shared term, those of most learners first.

    near: (shared term, other term) of near spellings. A term joins the first shared term that it is near
    to, in order of learners; a term that others joined joins nobody, so that no chain forms.
    """
    order = shared(terms)
    place = {term: number for number, term in enumerate(order)}
    heads: dict[str, str] = {}  # term → the one that it joined
    for head, other in sorted(near, key=lambda pair: (place[pair[0]], pair[1])):
        joins = place[head] < place.get(other, len(order))
        if joins and head not in heads and other not in heads and other not in heads.values():
            heads[other] = head
    members: dict[str, list[Search]] = defaultdict(list)
    for term, searches in terms.items():
        members[heads.get(term, term)].extend(searches)
    gaps = [_gap(term, terms[term], members[term]) for term in order if term not in heads]
    return sorted(gaps, key=lambda gap: (-gap.learners, -gap.searches, gap.term))


def _gap(term: str, own: list[Search], every: list[Search]) -> Gap:
    return Gap(term, _example(term, own), sum(search.times for search in every), learners(every))


def _example(term: str, own: list[Search]) -> str:
    """The commonest text of at least two learners, in their spelling; the term where all wrote differently."""
    spelt: dict[str, set[int]] = defaultdict(set)
    times: Counter[str] = Counter()
    for search in own:
        text = " ".join(search.query.split())
        spelt[text].add(search.user_id)
        times[text] += search.times
    common = [text for text, who in spelt.items() if len(who) >= LEAST_LEARNERS]
    return min(common, key=lambda text: (-times[text], text), default=term)
