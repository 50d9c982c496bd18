"""Phrase tables: written with {named} fields, kept as %-templates, which render in well under 1 µs."""

from collections.abc import Iterable
from hashlib import blake2b
from itertools import product
from string import Formatter
from struct import Struct

Table = tuple[str, ...]
# One number per slot of a brief.
Draws = tuple[int, ...]
# A 64-byte digest holds this many numbers.
_SLOTS = Struct("<32H")


def compiled(text: str) -> str:
    """Return '{noun} at 8 %' as '%(noun)s at 8 %%'."""
    parts = []
    for literal, field, _, _ in Formatter().parse(text):
        parts.append(literal.replace("%", "%%"))
        if field is not None:
            parts.append(f"%({field})s")
    return "".join(parts)


def table(*texts: str) -> Table:
    """Return the texts as templates."""
    return tuple(compiled(text) for text in texts)


def joined(*columns: Iterable[str]) -> Table:
    """Return every combination of the columns' texts, set one after the other."""
    return tuple(compiled("".join(parts)) for parts in product(*columns))


def with_words(options: Table, words: dict[str, str]) -> Table:
    """Return the templates with the fields that are known already filled in."""
    filled = list(options)
    for field, word in words.items():
        filled = [text.replace(f"%({field})s", word) for text in filled]
    return tuple(filled)


def draws(user_id: int, week_key: str) -> Draws:
    """Return one number from 0 to 65535 per slot of a brief: the same for this user and week, always."""
    return _SLOTS.unpack(blake2b(f"{user_id}:{week_key}".encode()).digest())


def said(options: Table, draw: int, fields: dict[str, str]) -> str:
    """Return the option that the draw falls on, with its fields filled in."""
    return options[draw % len(options)] % fields


def capital(text: str) -> str:
    """Return the text with a capital first letter and the rest as it was."""
    return text[0].upper() + text[1:]
