"""What every domain that reads answers may have to say of them."""

from include.core.db import Connection
from include.core.statements import statement


def why_nothing(connection: Connection, reason: str, advice: str) -> str:
    """`reason` why nobody has an answer that counts, what there is instead, and `advice`."""
    row = connection.execute(statement("core/select_attempt_range")).fetchone()
    first, last = row or (None, None)
    if first is None:
        return (
            "There are no attempts. Load some (`almanac load …`) or make some (`almanac generate …`) first."
        )
    return f"{reason}; the attempts go from {first} to {last} (UTC). {advice}"
