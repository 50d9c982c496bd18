"""What entries are about and in what mood."""

from datetime import date
from typing import NamedTuple

from include.coaching.models import Entry


class Reading(NamedTuple):
    """What a user's recent entries are about."""

    entries: int


def read(entries: tuple[Entry, ...], local_day: date) -> Reading:
    """Read entries, newest first."""
    return Reading(len(entries))
