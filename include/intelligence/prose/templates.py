"""Phrase tables: written with {named} fields, kept as %-templates, which render in well under 1 µs."""

from collections.abc import Iterable
from itertools import product
from string import Formatter

Table = tuple[str, ...]


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


def chosen(seed: int, slot: int, options: Table) -> str:
    """Return the option that this user and week have in this slot: always the same."""
    mixed = (seed ^ slot * 0x9E3779B1) * 0x85EBCA6B
    return options[(mixed >> 17 & 0xFFFFFF) % len(options)]


def capital(text: str) -> str:
    """Return the text with a capital first letter and the rest as it was."""
    return text[0].upper() + text[1:]
