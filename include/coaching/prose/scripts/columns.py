"""What a script is, and columns that more than one type speaks from."""

from typing import NamedTuple

Column = tuple[str, ...]


class Script(NamedTuple):
    """The sentences of a reason, for the first and for the second attempt."""

    first: tuple[Column, ...]
    second: tuple[Column, ...]
