"""Phrase tables: written with {named} fields, turned into functions, which fill them in well under 1 µs."""

import re
from collections.abc import Callable, Iterable
from hashlib import blake2b
from itertools import product
from struct import Struct
from sys import intern

Fields = dict[str, str]
# Texts with {named} fields; and the same as functions of the fields.
Table = tuple[str, ...]
Say = Callable[[Fields], str]
Says = tuple[Say, ...]
# One number per slot of a brief.
Draws = tuple[int, ...]
# A 64-byte digest holds this many numbers.
_SLOTS = Struct("<32H")
_FIELD = re.compile(r"\{(\w+)\}")


def table(*texts: str) -> Table:
    """Return the texts as a table."""
    return texts


def joined(*columns: Iterable[str]) -> Table:
    """Return every combination of the columns' texts, set one after the other."""
    return tuple("".join(parts) for parts in product(*columns))


def with_words(options: Table, words: Fields) -> Table:
    """Return the texts with the fields that are known already filled in."""
    return tuple(_FIELD.sub(lambda field: words.get(field[1], field[0]), text) for text in options)


def says(options: Table) -> Says:
    """Return each text as a function that fills in its fields."""
    return tuple(map(_say, options))


def _say(text: str) -> Say:
    # Spelled out by number of fields: an f-string takes a third of what % or format takes. Interned
    # names are found in a dict at a glance.
    match list(map(intern, _FIELD.split(text))):
        case [a]:
            return lambda _: a
        case [a, k, b]:
            return lambda f: f"{a}{f[k]}{b}"
        case [a, k, b, l, c]:
            return lambda f: f"{a}{f[k]}{b}{f[l]}{c}"
        case [a, k, b, l, c, m, d]:
            return lambda f: f"{a}{f[k]}{b}{f[l]}{c}{f[m]}{d}"
        case [a, k, b, l, c, m, d, n, e]:
            return lambda f: f"{a}{f[k]}{b}{f[l]}{c}{f[m]}{d}{f[n]}{e}"
        case [a, k, b, l, c, m, d, n, e, o, g]:
            return lambda f: f"{a}{f[k]}{b}{f[l]}{c}{f[m]}{d}{f[n]}{e}{f[o]}{g}"
    raise ValueError(f"more than five fields: {text}")


def draws(user_id: int, week_key: str) -> Draws:
    """Return one number from 0 to 65535 per slot of a brief: the same for this user and week, always."""
    return _SLOTS.unpack(blake2b(f"{user_id}:{week_key}".encode()).digest())


def said(options: Says, draw: int, fields: Fields) -> str:
    """Return the option that the draw falls on, with its fields filled in."""
    return options[draw % len(options)](fields)


def capital(text: str) -> str:
    """Return the text with a capital first letter and the rest as it was."""
    return text[0].upper() + text[1:]
