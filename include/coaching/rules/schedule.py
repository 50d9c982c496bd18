"""When a user's next message is due. Pure: the clock is the tick, chance follows from user and tick.

Whatever a tick comes to, it ends with a next due time later than the tick. A retry, or a first time, that falls
outside the window is put right by the tick that finds it there.
"""

from datetime import date, datetime, timedelta
from hashlib import blake2b

from include.coaching.models import Due, Frequency, Outcome, Plan
from include.coaching.rules.windows import DAY, LATEST, clamped, in_window, local, next_target

HOUR = timedelta(hours=1)
FIRST_WAIT_HOURS: dict[Frequency, tuple[int, int]] = {
    "daily": (1, 7),
    "multipleTimesPerWeek": (1, 13),
    "onceAWeek": (1, 25),
}
DAYS_BETWEEN: dict[Frequency, int] = {"daily": 1, "multipleTimesPerWeek": 2, "onceAWeek": 7}
RETRY_HOURS = (2, 4, 8)  # after the first, second and every later failure in a row
TRIES_A_DAY = 3


def plan(due: Due, tick: datetime) -> Plan:
    """What a tick does with a due user: write (outcome None), or why not and when to look again.

    A message of this day or of a later one rules out another: days come again on a flight over the date line,
    and when a clock is set back.
    """
    day = local(tick, due.time_zone).date()
    if due.next_due_at is None:
        return Plan(Outcome.BOOTSTRAPPED, day, _first_time(due, tick))
    if due.last_message_day is not None and due.last_message_day >= day:
        return Plan(Outcome.ALREADY_TODAY, day, _target(due, tick, due.last_message_day, days_on=1))
    if not in_window(tick, due.preference, due.time_zone):
        return Plan(Outcome.OUTSIDE_WINDOW, day, _target(due, tick, day, days_on=0))
    if tries_on(due, day) >= TRIES_A_DAY:
        return Plan(Outcome.TRIES_USED_UP, day, _target(due, tick, day, days_on=1))
    return Plan(None, day, None)


def after_success(due: Due, tick: datetime) -> datetime:
    """After a message, or a SKIP_MESSAGE: the target hour, 1, 2 or 7 local calendar days on."""
    return _target(due, tick, local(tick, due.time_zone).date(), DAYS_BETWEEN[due.frequency])


def after_failure(due: Due, tick: datetime) -> datetime:
    """After a try that came to nothing: some hours on, or the next day's target once the day's tries are used up.

    `due` counts the failures in a row and the day's tries before this one.
    """
    day = local(tick, due.time_zone).date()
    if tries_on(due, day) + 1 >= TRIES_A_DAY:
        return _target(due, tick, day, days_on=1)
    return clamped(tick) + RETRY_HOURS[min(max(due.failures, 0), len(RETRY_HOURS) - 1)] * HOUR


def tries_on(due: Due, day: date) -> int:
    """How many tries a local day has seen."""
    return due.tries if due.tries_day == day else 0


def _first_time(due: Due, tick: datetime) -> datetime:
    """Spread evenly over some hours, so that users who come together are not due together."""
    low, high = FIRST_WAIT_HOURS[due.frequency]
    seed = f"{due.user_id}:{clamped(tick).isoformat()}".encode()
    share = int.from_bytes(blake2b(seed, digest_size=8).digest()) / 2**64
    return clamped(tick) + (low + (high - low) * share) * HOUR


def _target(due: Due, tick: datetime, day: date, days_on: int) -> datetime:
    """The next target hour of the user's window, not before so many days after `day`."""
    earliest = min(day, LATEST.date()) + days_on * DAY
    return next_target(tick, due.preference, due.time_zone, earliest)
