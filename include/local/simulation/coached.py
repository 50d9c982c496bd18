"""How a block of people is coached: their settings, the messages of the last weeks, and what they did with them.

A message comes at the target hour of the window that its user prefers, 1, 2 or 7 days after the one before.
Each has a hidden quality. The predicted rating follows from it, with an error; so do the chances that it is
opened, answered or dismissed, together with how open its user is to messages: predictions can be held against
what followed. Times are seconds since `EPOCH`, UTC.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from include.coaching.models import MessageType, Preference
from include.coaching.rules.windows import WINDOWS
from include.local.simulation.clocks import Ints
from include.local.simulation.learners import DAY_SECONDS, SECOND, Span, place_in_group
from include.local.simulation.people import BLOCK, TIME_ZONES, Flags, Floats, People, stream
from include.local.simulation.phrases import phrases

COACHED = 0.92  # share of the people that have settings
OPTED_OUT = 0.06  # share of those
NEW = 0.2  # share of those who never had a message
STARTED_DAYS = 6.0  # ago, on average, for the others
FREQUENCIES = {"daily": 0.5, "multipleTimesPerWeek": 0.3, "onceAWeek": 0.2}
EVERY_DAYS = np.array([1, 2, 7])
PREFERENCES: dict[Preference, float] = {"morning": 0.42, "afternoon": 0.2, "evening": 0.38}
TARGET_HOURS = np.array([WINDOWS[name].target for name in PREFERENCES])
WINDOW_LEFT = np.array([WINDOWS[name].end - WINDOWS[name].target for name in PREFERENCES])  # hours from then
UNDER_GATE = 0.06  # share of the attempts that were not sent
GATE = 6  # the lowest rating of a message that was sent
AHEAD = 9  # days to plan beyond the last: one more than the rarest frequency's step
HOUR = 3_600
NEVER = -1
VIEWED, ANSWERED, DISMISSED = 0, 1, 2
ACTIONS = ("view", "action_taken", "dismiss")
TYPES = tuple(MessageType)


class Coached(NamedTuple):
    """Settings and schedule; every array has BLOCK entries."""

    has: Flags
    enabled: Flags
    frequency: Ints  # place in FREQUENCIES
    preference: Ints  # place in PREFERENCES
    zone: Ints  # place in TIME_ZONES
    next_due: Ints  # NEVER = yet to be planned
    last_day: Ints  # local, of the last message, days since the epoch; NEVER = none
    planned: Flags  # person × day of the span: the attempts that were made


class Attempted(NamedTuple):
    """Attempts at messages, an entry each, in order of user and day."""

    user: Ints  # within the block
    number: Ints  # of the user's attempts
    day: Ints  # local, days since the epoch
    scheduled: Ints
    tick: Ints  # the full hour that came next
    kind: Ints  # place in TYPES
    theme: Ints  # place among the themes
    variant: Ints  # of the type's texts
    rating: Ints
    sent: Flags
    quality: Floats


class Events(NamedTuple):
    """What was done with messages that were sent, an entry each."""

    message: Ints  # place among the attempts
    number: Ints  # of the user's events
    action: Ints  # place in ACTIONS
    occurred: Ints
    received: Ints
    seconds: Floats  # looked at


def draw_coached(people: People, span: Span, history: int, seed: int) -> Coached:
    """The block's settings, and which days of the span they got a message. `history`: days that the population
    has, of which the span's are the last."""
    rng = stream(seed, people.block, "coaching")
    frequency = rng.choice(len(FREQUENCIES), BLOCK, p=list(FREQUENCIES.values()))
    preference = rng.choice(len(PREFERENCES), BLOCK, p=list(PREFERENCES.values()))
    names = list(TIME_ZONES)
    zone = np.array([names.index(name) for name in people.time_zones])
    has, enabled = rng.random(BLOCK) < COACHED, rng.random(BLOCK) >= OPTED_OUT
    ago = np.minimum(1 + rng.exponential(STARTED_DAYS, BLOCK).astype(np.int64), span.days)
    started = np.maximum(span.days - ago, people.first_day(history) - (history - span.days))
    started[rng.random(BLOCK) < NEW] = span.days + AHEAD
    due = _due_times(span, preference, zone)
    day = np.arange(span.days + AHEAD)
    planned = (day >= started[:, None]) & ((day - started[:, None]) % EVERY_DAYS[frequency][:, None] == 0)
    made = planned & (_tick(due) < span.until // SECOND) & (has & enabled)[:, None]
    return Coached(
        has=has,
        enabled=enabled,
        frequency=frequency,
        preference=preference,
        zone=zone,
        next_due=_next_due(due, planned, made),
        last_day=np.where(
            made.any(axis=1), span.first_day + made.shape[1] - 1 - made[:, ::-1].argmax(axis=1), NEVER
        ),
        planned=made,
    )


def _due_times(span: Span, preference: Ints, zone: Ints) -> Ints:
    days = span.first_day + np.arange(span.days + AHEAD)
    local = days[None, :] * DAY_SECONDS + TARGET_HOURS[preference][:, None] * HOUR
    return span.clocks.to_utc(np.broadcast_to(zone[:, None], local.shape), local)


def _tick(due: Ints) -> Ints:
    ticks: Ints = -(-due // HOUR) * HOUR
    return ticks


def _next_due(due: Ints, planned: Flags, made: Flags) -> Ints:
    """The first planned time that did not come yet, of those who had a message before."""
    ahead = planned & ~made
    first = due[np.arange(BLOCK), ahead.argmax(axis=1)]
    return np.where(made.any(axis=1) & ahead.any(axis=1), first, NEVER)


def draw_attempts(people: People, coached: Coached, span: Span, seed: int) -> Attempted:
    """The messages that the block's people got, and the few that fell to the gate."""
    rng = stream(seed, people.block, "messages")
    user, day = np.nonzero(coached.planned)
    count = len(user)
    due = _due_times(span, coached.preference, coached.zone)[user, day]
    quality = rng.standard_normal(count)
    sent = rng.random(count) >= UNDER_GATE
    predicted = np.rint(7.4 + 1.0 * quality + 0.7 * rng.standard_normal(count)).astype(np.int64)
    bank = phrases()
    kind = rng.integers(0, len(TYPES), count)
    texts = np.array([len(bank.messages[name][0]) for name in TYPES])
    return Attempted(
        user=user,
        number=place_in_group(user),
        day=span.first_day + day,
        scheduled=due,
        tick=_tick(due),
        kind=kind,
        theme=rng.integers(0, len(bank.themes), count),
        variant=(rng.random(count) * texts[kind]).astype(np.int64),
        rating=np.where(sent, np.clip(predicted, GATE, 10), rng.integers(3, GATE, count)),
        sent=sent,
        quality=quality.astype(np.float32),
    )


def draw_events(people: People, attempts: Attempted, span: Span, seed: int) -> Events:
    """What followed, as far as it was received before the history ends."""
    rng = stream(seed, people.block, "engagement")
    openness = rng.normal(0.4, 0.8, BLOCK)[attempts.user]
    count, quality = len(attempts.user), attempts.quality
    opened = attempts.sent & _happens(rng, openness + 0.8 * quality)
    answered = opened & _happens(rng, -0.9 + 0.9 * quality)
    dismissed = attempts.sent & ~answered & _happens(rng, -2.2 - 0.8 * quality)
    seen = attempts.tick + (300 + rng.exponential(2.0 * HOUR, count)).astype(np.int64)
    later = seen + (20 + rng.exponential(300, count)).astype(np.int64)
    message = np.concatenate([np.flatnonzero(flags) for flags in (opened, answered, dismissed)])
    action = np.repeat([VIEWED, ANSWERED, DISMISSED], [opened.sum(), answered.sum(), dismissed.sum()])
    occurred = np.where(action == VIEWED, seen[message], later[message])
    events = Events(
        message=message,
        number=np.zeros(len(message), np.int64),
        action=action,
        occurred=occurred,
        received=occurred + rng.integers(0, 90, len(message)),
        seconds=rng.gamma(2.0, 9.0, len(message)).astype(np.float32),
    )
    order = np.lexsort((events.action, events.message))
    events = Events._make(values[order] for values in events)
    numbered = events._replace(number=place_in_group(attempts.user[events.message]))
    return Events._make(values[numbered.received < span.until // SECOND] for values in numbered)


def _happens(rng: np.random.Generator, logit: NDArray[Any]) -> Flags:
    happens: Flags = rng.random(len(logit)) < 1 / (1 + np.exp(-logit))
    return happens
