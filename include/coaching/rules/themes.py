"""What entries are about, in what mood, and what the writer means to do; read from words, in English.

An entry in another language, or about nothing that the lexicon knows, has no theme: that is fine.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from include.coaching.models import Entry
from include.coaching.rules import lexicon

# Each clause is read by itself, and only whole clauses are quoted.
_CLAUSE_END = re.compile(
    r"([!?;:,.\n()\[\]\"“”—–…](?<!Mr\.)(?<!Mrs\.)(?<!Dr\.)(?<!St\.)(?<!\b[A-Z]\.)(?!\d))"
)
_QUOTABLE = re.compile(r"(?!(?:.*\d){5})[^\W\d_](?:[^\W_]|[ ,'-]|\.(?= ))*")
_LEADING = re.compile(r"^(?:(?:and|but|so|then|also|because|that|for|yet|or|only|which)\s+)+", re.IGNORECASE)
QUOTE_WORDS, QUOTE_CHARACTERS = (3, 13), 80
_CONTENT_WORD = 4  # letters of the shortest word by which an intention is recognised again
_STEM = 5


class Quote(NamedTuple):
    """A few of the writer's own words."""

    words: str
    days_ago: int
    entry: str  # its id
    theme: str | None


class Intention(NamedTuple):
    """Something that the writer means to do, in their own words."""

    words: str
    days_ago: int
    entry: str
    theme: str | None
    promise: bool
    taken_up: int | None  # how many days ago a later entry came back to it


class Theme(NamedTuple):
    """A theme, and how it was written about."""

    name: str
    entries: int
    days_ago: int  # the newest
    good: int  # entries with it in a good mood
    bad: int
    quote: Quote | None
    who: str | None  # 'sister'


class Reading(NamedTuple):
    """What recent entries say; all newest first, themes by how often they come up."""

    readable: int  # entries in English
    themes: tuple[Theme, ...] = ()
    intentions: tuple[Intention, ...] = ()
    questions: tuple[Quote, ...] = ()
    bright: Quote | None = None
    hard: Quote | None = None
    kept: tuple[Quote, ...] = ()  # what became of plans
    missed: tuple[Quote, ...] = ()
    moods: tuple[tuple[int, int], ...] = ()  # (days ago, -1 | 0 | 1) of each entry in English


class _Clause(NamedTuple):
    text: str
    words: list[str]


class _Read(NamedTuple):
    """One entry."""

    entry: str
    days_ago: int
    weekday: int
    mood: int
    themes: dict[str, list[_Clause]]
    people: list[str]
    up: list[_Clause]
    down: list[_Clause]
    intentions: list[tuple[str, list[str], bool]]
    questions: list[_Clause]
    kept: list[_Clause]
    missed: list[_Clause]
    vocabulary: set[str]


def read(entries: tuple[Entry, ...], local_day: date) -> Reading:
    """Read entries, newest first; `local_day` is today."""
    found = [one for entry in entries if (one := _read_entry(entry, local_day))]
    return Reading(
        len(found),
        _themes(found),
        tuple(_intentions(found)),
        tuple(_quotes(found, "questions")),
        next(_quotes(found, "up"), None),
        next(_quotes(found, "down"), None),
        tuple(_quotes(found, "kept")),
        tuple(_quotes(found, "missed")),
        tuple((one.days_ago, one.mood) for one in found),
    )


def quotable(clause: str) -> str | None:
    """The clause as it may be quoted back, or None: short, whole, plain words, nothing private or rude."""
    text = _LEADING.sub("", clause.strip(" '-"), count=1)
    words = text.lower().split()
    fits = QUOTE_WORDS[0] <= len(words) <= QUOTE_WORDS[1] and len(text) <= QUOTE_CHARACTERS
    plain = text.isascii() and _QUOTABLE.fullmatch(text)
    return text if fits and plain and _whole(text, words) and lexicon.UNQUOTED.isdisjoint(words) else None


def _whole(text: str, words: list[str]) -> bool:
    """Whether the clause can stand alone: what begins or ends in mid-sentence lacks what it is about."""
    begins = (text[0].isupper() or words[0] in _OPENING) and words[0] not in lexicon.NO_OPENING
    participle = words[0] == "i" and words[1].endswith("ing")
    return begins and not participle and words[-1] not in lexicon.DANGLING


def _read_entry(entry: Entry, local_day: date) -> _Read | None:
    days_ago, weekday = (local_day - entry.local_day).days, entry.local_day.weekday()
    found = _Read(str(entry.entry_id), days_ago, weekday, 0, {}, [], [], [], [], [], [], [], set())
    mood = 0
    parts = _CLAUSE_END.split(entry.body.replace("’", "'"))
    for text, mark in zip(parts[::2], [*parts[1::2], ""], strict=True):
        words = text.lower().split()
        found.vocabulary.update(words)
        if mark == "?":
            if _asked(words):
                found.questions.append(_Clause(text, words))
        elif known := _KNOWN.intersection(words):
            mood += _read_clause(_Clause(text, words), known, found)
    if not _english(found.vocabulary, entry.body):
        return None
    return found._replace(mood=(mood > 0) - (mood < 0))


def _english(words: set[str], body: str) -> bool:
    """Whether a text is in English, by small words; one of a few words may have none of them."""
    ours, theirs = len(words & lexicon.ENGLISH), len(words & lexicon.FOREIGN)
    return ours > theirs or (ours == theirs == 0 and len(words) <= 8 and body.isascii())


def _read_clause(clause: _Clause, known: frozenset[str], into: _Read) -> int:
    """Note what a clause says; return its mood, positive or negative."""
    words, mood = clause.words, 0
    for place, word in enumerate(words):
        if word not in known:
            continue
        before = words[place - 1] if place else ""
        if theme := _theme_of(word, before):
            into.themes.setdefault(theme, []).append(clause)
            if word in lexicon.PEOPLE and before == "my":
                into.people.append(word)
        elif sign := _mood_of(word, before):
            mood += _signed(sign, words, place)
        elif outcome := _outcome_of(word, words, place):
            (into.kept if outcome > 0 else into.missed).append(clause)
        elif word in _INTENTIONS and (found := _intended(clause, place)):
            into.intentions.append(found)
    if mood and (words[0] in lexicon.FEELING or not lexicon.SELF.isdisjoint(words)):
        (into.up if mood > 0 else into.down).append(clause)
    return mood


_OPENING = lexicon.SELF | lexicon.OWN | lexicon.INTENTION_TO | lexicon.INTENTION_BARE | lexicon.FEELING
_THEME_OF = {word: theme for theme, words in lexicon.THEMES.items() for word in words}
_MOOD_OF = dict.fromkeys(lexicon.UP, 1) | dict.fromkeys(lexicon.DOWN, -1)
_INTENTIONS = lexicon.INTENTION_TO | lexicon.INTENTION_BARE
_KNOWN = frozenset(
    {*lexicon.OUTCOMES, *_THEME_OF, *_MOOD_OF, *lexicon.THEMES_AFTER, *lexicon.MOOD_AFTER, *_INTENTIONS}
    | lexicon.PEOPLE
)


def _theme_of(word: str, before: str) -> str | None:
    if word in lexicon.THEMES_AFTER:
        theme, after = lexicon.THEMES_AFTER[word]
        return theme if before in after else None
    return _THEME_OF.get(word)


def _mood_of(word: str, before: str) -> int:
    if word in lexicon.MOOD_AFTER:
        sign, after = lexicon.MOOD_AFTER[word]
        return sign if before in after else 0
    return _MOOD_OF.get(word, 0)


def _signed(sign: int, words: list[str], place: int) -> int:
    """The mood of the writer at that word: turned round by a negation, none where it is another's."""
    if not lexicon.OTHERS.isdisjoint(words) and lexicon.SELF.isdisjoint(words):
        return 0
    return -sign if not lexicon.NEGATIONS.isdisjoint(words[max(0, place - 3) : place]) else sign


def _outcome_of(word: str, words: list[str], place: int) -> int:
    """1 where a plan was kept, -1 where it was missed, 0 where the word says neither."""
    if word not in lexicon.OUTCOMES:
        return 0
    sign, endings = lexicon.OUTCOMES[word]
    follows = " ".join(words[place + 1 : place + 4])
    if not any(f"{follows} ".startswith(f"{ending} ") for ending in endings):
        return 0
    return -1 if sign > 0 and not lexicon.NEGATIONS.isdisjoint(words[:place]) else sign


def _asked(words: list[str]) -> bool:
    """Whether it is a question to oneself, not to another."""
    return 4 <= len(words) <= 14 and not {"i", "my", "me", "i'm", "myself"}.isdisjoint(words)


def _intended(clause: _Clause, place: int) -> tuple[str, list[str], bool] | None:
    """The intention that the word at that place brings: (own words, content words, whether a promise)."""
    words, word = clause.words, clause.words[place]
    start = _subject(words, place)
    follows = place + 1
    if word in lexicon.INTENTION_TO:
        follows += words[follows : follows + 1] in (["myself"], ["is"])
        if words[follows : follows + 1] != ["to"]:
            return None
        follows += 1
    if start is None or len(words) <= follows or words[follows] in lexicon.NO_PLAN:
        return None
    if word in lexicon.INTENTION_BARE and words[follows] in lexicon.NO_PLAN_BARE:
        return None
    said = quotable(" ".join(clause.text.split()[start:]))
    content = [part for part in words[follows:] if len(part) >= _CONTENT_WORD and part not in lexicon.STOP]
    unclear = len(content) < 2 and not lexicon.UNCLEAR.isdisjoint(words[follows:])
    return (said, content, word in lexicon.PROMISES) if said and content and not unclear else None


def _subject(words: list[str], place: int) -> int | None:
    """Where the 'I' of the verb at that place stands; the verb itself where it opens the clause."""
    if words[:place] == ["my"]:  # 'my plan is to', 'my goal is to'
        return 0 if words[place] in {"plan", "goal", "aim"} else None
    if words[place] == "i'll" or (place == 0 and words[0] not in {"like", "will", "going", "mean", "goal"}):
        return place
    for back in range(place - 1, max(-1, place - 4), -1):
        if words[back] in {"i", "i'm", "i'd", "i've"}:
            return back if words[place] != "like" or "would" in words or words[back] == "i'd" else None
        if words[back] not in lexicon.BETWEEN:
            return None
    return None


def _themes(found: list[_Read]) -> tuple[Theme, ...]:
    names = dict.fromkeys(name for one in found for name in one.themes)
    themes = [_theme(name, [one for one in found if name in one.themes]) for name in names]
    return tuple(sorted(themes, key=lambda theme: (-theme.entries, theme.days_ago)))


def _theme(name: str, entries: list[_Read]) -> Theme:
    good, bad = (sum(one.mood == sign for one in entries) for sign in (1, -1))
    quotes = (quote for one in entries for quote in _quoted(one, filter(_telling, one.themes[name]), name))
    return Theme(name, len(entries), entries[0].days_ago, good, bad, next(quotes, None), _who(name, entries))


def _who(name: str, entries: list[_Read]) -> str | None:
    """The person whom all these entries are about, and nobody else: 'sister'."""
    people = [{word for word in one.people if _THEME_OF.get(word) == name} for one in entries]
    return (
        next(iter(people[0])) if len(people[0]) == 1 and all(some == people[0] for some in people) else None
    )


def _telling(clause: _Clause) -> bool:
    """Whether the clause says something of the theme: of the writer, no plan, and no trouble."""
    words = clause.words
    own = not lexicon.OWN.isdisjoint(words) or clause.text.lstrip()[:1].isupper()
    trouble = any(_mood_of(word, before) < 0 for before, word in pairwise(["", *words]))
    return own and not trouble and lexicon.PLANNED.isdisjoint(words)


def _quotes(found: list[_Read], kind: str) -> Iterator[Quote]:
    for one in found:
        yield from _quoted(one, getattr(one, kind), None)


def _quoted(one: _Read, clauses: Iterable[_Clause], theme: str | None) -> Iterator[Quote]:
    for clause in clauses:
        content = sum(len(word) >= _CONTENT_WORD and word not in lexicon.STOP for word in clause.words)
        if content >= 2 and (words := quotable(clause.text)):
            yield Quote(words, one.days_ago, one.entry, theme or _clause_theme(clause.words))


def _clause_theme(words: list[str]) -> str | None:
    pairs = zip(words, ["", *words], strict=False)
    return next((theme for word, before in pairs if (theme := _theme_of(word, before))), None)


def _intentions(found: list[_Read]) -> Iterator[Intention]:
    """The first intention of each entry, newest entry first."""
    for place, one in enumerate(found):
        for words, content, promise in one.intentions[:1]:
            said = words.lower().split()
            if _over(said, one):
                continue
            taken_up = _taken_up(content, found[:place])
            yield Intention(words, one.days_ago, one.entry, _clause_theme(said), promise, taken_up)


def _over(said: list[str], one: _Read) -> bool:
    """Whether the time that a plan names is past."""
    if one.days_ago > 2 and not lexicon.SOON.isdisjoint(said):
        return True
    if one.days_ago > 6 and not lexicon.THIS_WEEK.isdisjoint(said):
        return True
    named = (lexicon.WEEKDAYS.index(word) for word in said if word in lexicon.WEEKDAYS)
    return any((day - one.weekday - 1) % 7 + 1 < one.days_ago for day in named)


def _taken_up(content: list[str], later: list[_Read]) -> int | None:
    """How many days ago one of the later entries first came back to it: two of its words, or its only one."""
    stems = {word[:_STEM] for word in content}
    back = (
        one for one in later if len(stems & {word[:_STEM] for word in one.vocabulary}) >= min(2, len(stems))
    )
    return max((one.days_ago for one in back), default=None)
