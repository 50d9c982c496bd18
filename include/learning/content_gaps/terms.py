"""From what people typed to terms: normalised, near spellings together, nobody's own words kept. Pure."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from include.learning.content_gaps.models import Gap, Search

LONGEST = 80  # characters; what is longer is a pasted text, and no two people paste the same
LEAST_LEARNERS = 2
SHORTEST, LONG = 5, 12  # letters of a word that may be misspelt once, and twice
RARER = 3  # times, that a misspelling is rarer than the word
SINGULAR = (
    ("sses", "ss"),
    ("ies", "y"),
)  # ending → of one of them, by step 1a of Porter 1980, Program 14:130
NO_PLURAL = ("ss", "us", "is", "series", "species")  # class, radius, analysis


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
    """The terms of at least two learners."""
    return [term for term, searches in terms.items() if learners(searches) >= LEAST_LEARNERS]


def words(terms: Iterable[str]) -> list[str]:
    """The words that can be misspelt: of five letters and more, without digits."""
    found = {word for term in terms for word in term.split()}
    return sorted(word for word in found if len(word) >= SHORTEST and word.isalpha())


def is_slip(word: str, other: str, distance: int) -> bool:
    """Whether `other` may be `word` misspelt, at so many edits: one, two neighbours swapped, or two in a
    long word."""
    allowed = 1 if min(len(word), len(other)) < LONG else 2
    return distance <= allowed or _swapped(word, other)


def _swapped(word: str, other: str) -> bool:
    differ = [place for place, pair in enumerate(zip(word, other, strict=False)) if pair[0] != pair[1]]
    return (
        len(word) == len(other)
        and len(differ) == 2
        and differ[1] == differ[0] + 1
        and word[differ[0]] + word[differ[1]] == other[differ[1]] + other[differ[0]]
    )


def near(terms: Mapping[str, list[Search]], slips: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Term → the shared term that it stands for, written by more learners; of several the one of most.

    It is the same letters with other spaces, or has one word misspelt (slips: word, its misspelling) and is
    at least three times rarer. The ratio tells a slip from another word that looks alike, such as micro and
    macro (a prior as in Kernighan, Church, Gale 1990, A Spelling Correction Program, COLING 90). What a term
    was joined to joins nobody, so that no chain forms.
    """
    counts = {term: learners(searches) for term, searches in terms.items()}
    meant, spaced = defaultdict(list), defaultdict(list)
    for word, misspelt in slips:
        meant[misspelt].append(word)
    for term in terms:
        spaced[_letters(term)].append(term)
    joins: dict[str, str] = {}
    for term, own in counts.items():
        same = [other for other in spaced[_letters(term)] if (counts[other], other) > (own, term)]
        found = [other for other in _corrections(term, meant) if counts.get(other, 0) >= RARER * own]
        shown = [other for other in same + found if counts[other] >= LEAST_LEARNERS]
        if shown:
            joins[term] = max(shown, key=lambda other: (counts[other], other))
    return {term: head for term, head in joins.items() if head not in joins}


def _letters(term: str) -> str:
    return term.replace(" ", "")


def _corrections(term: str, meant: Mapping[str, list[str]]) -> list[str]:
    """The term with one of its words put right, in all ways."""
    every = term.split()
    return [
        " ".join([*every[:place], word, *every[place + 1 :]])
        for place, misspelt in enumerate(every)
        for word in meant.get(misspelt, ())
    ]


def group(terms: Mapping[str, list[Search]], joins: Mapping[str, str]) -> list[Gap]:
    """One gap a shared term, with what joined it; those of most learners first."""
    members: dict[str, list[Search]] = defaultdict(list)
    for term, searches in terms.items():
        members[joins.get(term, term)].extend(searches)
    gaps = [_gap(term, terms[term], members[term]) for term in shared(terms) if term not in joins]
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
