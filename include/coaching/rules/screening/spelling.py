"""From a text, however it is spelt, to plain words that a lexicon can name. Pure, linear in the text's length."""

import re
import unicodedata
from collections.abc import Callable, Iterable

STOP, PAUSE, QUOTE = ".", ",", '"'  # the only marks that stay
LONGEST = 32  # characters of a word; longer ones are cut

_UNSEEN = {  # accents and zero-width characters
    code: None
    for code in (*range(0x300, 0x10000), *range(0xE0000, 0xE01F0))
    if unicodedata.category(chr(code)) in {"Mn", "Me", "Cf"}
}
_QUOTES = dict.fromkeys(map(ord, "“”„‟«»‹›「」『』"), QUOTE) | dict.fromkeys(map(ord, "‘’ʼ´`′"), "'")
_STOPS = dict.fromkeys(map(ord, "。！？।؟۔"), STOP)
_PLAIN = _UNSEEN | _QUOTES | _STOPS
_CYRILLIC = str.maketrans("аеорсухікѕјԁһ", "aeopcyxiksjdh")  # letters that look Latin, met inside Latin words
_DIGITS = str.maketrans("0134578@$!|", "oieastbasii")
_SPACED = re.compile(r"(?<![a-z0-9])(?:[a-z0-9@$!*](?: {1,3}|[.*_-] ?)){3,}[a-z0-9](?![a-z0-9])")
_GAPS = re.compile(r"[ ._-]")
_TOKEN = re.compile(
    r"""[$@]?[^\W_]+(?:[*!@$|']+[^\W_]+)*   # a word, also k*ll, d!e, don't, $uicide
      | [.!?;…]+ | \n\s*\n                   # ends a sentence; a single line break does not
      | [,:()–—]+
      | "|(?<!\w)'|'(?!\w)""",
    re.VERBOSE,
)
_BETWEEN = re.compile(r"[*!@$|]+")  # where a blank was forgotten: "enough!now"
_REPEATED = re.compile(r"(.)\1{2,}")


def plain(text: str) -> str:
    """Lower case, compatibility forms resolved, without accents and invisible characters."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_UNSEEN | _QUOTES)).translate(_PLAIN)
    return text.casefold()


def tokens(text: str, read: Callable[[str], str]) -> list[str]:
    """The words of a text that is plain already, each as `read` gives it, and the marks STOP, PAUSE and QUOTE."""
    raw = _TOKEN.findall(_SPACED.sub(lambda run: _GAPS.sub("", run.group()), text))
    reading = {token: _mark(token) or read(token[:LONGEST]) for token in set(raw)}
    return " ".join(reading[token] for token in raw).split()


def _mark(token: str) -> str:
    """The mark that a token is, empty for a word."""
    first = token[0]
    if first in "\"'":
        return QUOTE
    if first in ".!?;…\n":
        return STOP
    return PAUSE if first in ",:()–—" else ""


class Speller:
    """Reads a written word as the lexicon's word that it stands for, however it is disguised."""

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

    def __call__(self, token: str) -> str:
        """The word, or the words, that the token stands for; itself where it is none of ours."""
        word = token.replace("'", "")
        if not word.isalpha():
            word = self._undisguised(word)
        elif not word.isascii():
            word = _unmixed(word)
        if word in self._vocabulary:
            return self._aliases.get(word, word)
        if word in self._aliases:
            return self._aliases[word]
        if f"{word}g" in self._vocabulary and word.endswith("in"):
            return f"{word}g"
        return self._shortened(word) if len(word) > 3 else word

    def _undisguised(self, word: str) -> str:
        """k1ll, su!c1de and k*ll as what they mean; a number stays one."""
        if word.isdigit() or not any(map(str.isalpha, word)):
            return word
        if "*" in word:
            hidden = re.compile(re.escape(word).replace(r"\*", "."))
            return next(filter(hidden.fullmatch, self._hidden), word.replace("*", " "))
        return self._disguised.get(_skeleton(word)) or _BETWEEN.sub(" ", word)

    def _shortened(self, word: str) -> str:
        """Without letters held down (diiie), and as several words where a phrase was written as one."""
        if _REPEATED.search(word):
            once, twice = _REPEATED.sub(r"\1", word), _REPEATED.sub(r"\1\1", word)
            word = next((form for form in (twice, once) if form in self._vocabulary), word)
        if len(word) >= 7:
            return next((phrase for joined, phrase in self._compounds.items() if joined in word), word)
        return word


def _skeleton(word: str) -> str:
    """Alike for a word and its disguises: 1 stands for i and for l."""
    return word.translate(_DIGITS).replace("l", "i")


def _unmixed(word: str) -> str:
    """In Latin letters where a word mixes them with Cyrillic ones that look the same."""
    latin = word.translate(_CYRILLIC)
    return latin if latin.isascii() and any(map(str.isascii, word)) else word
