"""From a text, however it is spelt, to plain words that a lexicon can name. Pure, linear in the text's length."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

STOP, PAUSE, QUOTE = ".", ",", '"'  # the only marks that stay
LONGEST = 32  # characters of a word; longer ones are cut

_QUOTES = dict.fromkeys(map(ord, "“”„‟«»‹›「」『』"), QUOTE) | dict.fromkeys(map(ord, "‘’ʼ´`′"), "'")
_STOPS = dict.fromkeys(map(ord, "。！？।؟۔…"), STOP)
_UNSEEN: dict[int, str] = {  # accents and zero-width characters
    code: ""
    for code in (*range(0x80, 0x10000), *range(0xE0000, 0xE01F0))
    if unicodedata.category(chr(code)) in {"Mn", "Me", "Cf"}
}
_PLAIN = _UNSEEN | _QUOTES | _STOPS
_CYRILLIC = str.maketrans("аеорсухікѕјԁһ", "aeopcyxiksjdh")  # letters that look Latin, met inside Latin words
_DIGITS = str.maketrans("0134578@$!|", "oieastbasii")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_SPACED = re.compile(r"(?<![a-z0-9])(?:[a-z0-9@$!*](?: {1,3}|[.*_-] ?)){3,}[a-z0-9](?![a-z0-9])")
_GAPS = re.compile(r"[ ._-]")
_TOKEN = re.compile(
    r"""[\w$@]\w*(?:[*!@$|']+\w+)*           # a word, also k*ll, d!e, don't, $uicide
      | [.!?;]+ | \n\s*\n                    # ends a sentence; a single line break does not
      | [,:()–—]+
      | "|(?<!\w)'|'(?!\w)""",
    re.VERBOSE,
)
_MARKS = (
    dict.fromkeys("\"'", QUOTE) | dict.fromkeys(".!?;\n", STOP) | dict.fromkeys(",:()–—", PAUSE)
)  # by first sign
_REPEATED = re.compile(r"(.)\1{2,}")
_BETWEEN = re.compile(r"[*!@$|]+")  # where a blank was forgotten: "enough!now"


def plain(text: str) -> str:
    """Lower case, compatibility forms resolved, without accents and invisible characters."""
    known = text if text.isascii() else _FOREIGN.sub(_resolved, text)
    return known.casefold()


def _resolved(foreign: re.Match[str]) -> str:
    return unicodedata.normalize("NFKD", foreign.group().translate(_QUOTES)).translate(_PLAIN)


class Speller:
    """Reads what was written as the lexicon's words that it stands for, however they are disguised."""

    def __init__(
        self, vocabulary: Iterable[str], aliases: dict[str, str], hidden: list[str], compounds: list[str]
    ) -> None:
        """Words of the lexicon; other spellings of words; words that people write with asterisks; phrases that
        they write as one word.
        """
        self._vocabulary = frozenset(vocabulary)
        self._aliases = aliases
        self._hidden = hidden
        self._disguised = {_skeleton(word): word for word in self._vocabulary}
        self._compounds = {phrase.replace(" ", ""): phrase for phrase in compounds}
        self._compound = re.compile("|".join(self._compounds))
        self._read = lru_cache(maxsize=1 << 16)(self._read_anew)  # most words are common ones

    def words(self, text: str) -> list[str]:
        """The words of a text that is plain already, and the marks STOP, PAUSE and QUOTE."""
        joined = _SPACED.sub(lambda run: _GAPS.sub("", run.group()), text)
        raw = _TOKEN.findall(joined.replace("_", " "))
        return " ".join(map(self._read, raw)).split()

    def _read_anew(self, token: str) -> str:
        """The mark, the word, or the words that the token stands for; itself where it is none of ours."""
        if token[0] in _MARKS:
            return _MARKS[token[0]]
        word = token[:LONGEST].replace("'", "")
        if not word.isalpha():
            word = self._undisguised(word)
        elif not word.isascii():
            word = _unmixed(word)
        if word in self._aliases:
            return self._aliases[word]
        return word if word in self._vocabulary or len(word) < 4 else self._shortened(word)

    def _undisguised(self, word: str) -> str:
        """k1ll, su!c1de and k*ll as what they mean; a number stays one."""
        if word.isdigit():
            return word
        if "*" in word:
            hidden = re.compile(re.escape(word).replace(r"\*", "."))
            return next(filter(hidden.fullmatch, self._hidden), word.replace("*", " "))
        return self._disguised.get(_skeleton(word)) or _BETWEEN.sub(" ", word)

    def _shortened(self, word: str) -> str:
        """Without letters held down (diiie), with a g that was dropped (killin), and as several words where a
        phrase was written as one.
        """
        if word.endswith("in") and f"{word}g" in self._vocabulary:
            return f"{word}g"
        if _REPEATED.search(word):
            once, twice = _REPEATED.sub(r"\1", word), _REPEATED.sub(r"\1\1", word)
            word = next((form for form in (twice, once) if form in self._vocabulary), word)
        inside = self._compound.search(word)
        return self._compounds[inside.group()] if inside else word


def _skeleton(word: str) -> str:
    """Alike for a word and its disguises: 1 stands for i and for l."""
    return word.translate(_DIGITS).replace("l", "i")


def _unmixed(word: str) -> str:
    """In Latin letters where a word mixes them with Cyrillic ones that look the same."""
    latin = word.translate(_CYRILLIC)
    return latin if latin.isascii() and any(map(str.isascii, word)) else word
