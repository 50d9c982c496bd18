"""How many users the next ticks will find due, and what they will come to. Pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from include.coaching.models import Due, Outcome
from include.coaching.rules.schedule import HOUR, after_success, plan


class Tick(NamedTuple):
    """An hour and its due users, by what they come to."""

    at: datetime
    outcomes: Counter[Outcome]


def forecast(users: Iterable[Due], first: datetime, ticks: int) -> list[Tick]:
    """So many hourly ticks from `first` on, as if each message were sent at the first try."""
    found = [Tick(first + number * HOUR, Counter()) for number in range(ticks)]
    for one in users:
        user, number = one, _ticks_until(one.next_due_at, first)
        while number < ticks:
            outcome, user = _after(user, found[number].at)
            found[number].outcomes[outcome] += 1
            number = _ticks_until(user.next_due_at, first)
    return found


def _after(user: Due, tick: datetime) -> tuple[Outcome, Due]:
    """What the tick comes to for a due user, and the user after it."""
    found = plan(user, tick)
    if found.outcome is not None:
        return found.outcome, user._replace(next_due_at=found.next_due_at)
    after = user._replace(next_due_at=after_success(user, tick), last_message_day=found.local_day)
    return Outcome.SENT, after


def _ticks_until(due: datetime | None, first: datetime) -> int:
    """The number of the first tick at or after a moment; 0 where it is past, or was never planned."""
    return max(0, -((first - due) // HOUR)) if due else 0
