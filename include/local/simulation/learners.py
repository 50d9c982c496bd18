"""How a block of people learns: answers and searches as arrays.

Who studies does so on some days, rather on the day after one on which they did; mostly in the evening of
where they are; a session at a time. Answers follow from ability, its gain over time, the person's strength in
the concept, and the question (see questions.py). Some sessions are offline and arrive hours or days later;
some events are sent again. Times are microseconds since `EPOCH`.
"""

from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from include.local.simulation.clocks import EPOCH, Clocks, Ints
from include.local.simulation.people import BLOCK, TIME_ZONES, Flags, Floats, People, stream
from include.local.simulation.questions import CONCEPTS, GAPS, RIGHT_SHARE, SPELLINGS, Bank

SECOND = 1_000_000
DAY_SECONDS = 86_400
LEARNERS = 0.7  # share of the people
TRAVELLERS = 0.06
OFFLINE = 0.04  # share of the sessions
RESENT = 0.004  # share of the events
SEARCHING = 0.1  # share of the sessions
NOT_MEASURED = -1
# When sessions begin: local hour, spread, share.
RHYTHM = ((19.8, 1.3, 0.62), (13.0, 1.4, 0.2), (7.4, 0.8, 0.18))


class Span(NamedTuple):
    """Which days are simulated, where: the history ends at UTC midnight after the last one."""

    monday: date
    days: int
    clocks: Clocks  # of the zones of TIME_ZONES

    @property
    def first_day(self) -> int:
        """Days from the epoch to the first."""
        return (self.monday - EPOCH.date()) // timedelta(days=1)

    @property
    def until(self) -> int:
        """What is received from here on is not there yet."""
        return (self.first_day + self.days) * DAY_SECONDS * SECOND


class Abilities(NamedTuple):
    """What answers follow from, an entry a person (or person × concept); unit: logits."""

    level: Floats
    gain: Floats  # from the first day to the last
    strengths: Floats
    skipping: Floats  # factor of a question's share of skips
    slowness: Floats  # of the log of seconds


class Attempts(NamedTuple):
    """Answers and skips, an entry each, in order of user and session."""

    user: Ints  # number over all blocks
    number: Ints  # of the user's events; a copy bears that of its original
    question: Ints  # place in the bank
    answered: Ints
    received: Ints
    offset: Ints  # minutes
    correct: Flags
    skipped: Flags
    response_ms: Ints  # NOT_MEASURED or 0 up
    resent: Flags  # a copy

    def at(self, places: Any) -> "Attempts":
        """Those at some places: a slice, a mask or indices."""
        return Attempts._make(values[places] for values in self)


class Searches(NamedTuple):
    """Searches, an entry each. `query` is a place in the bank's spellings."""

    user: Ints
    number: Ints
    query: Ints
    results: Ints
    searched: Ints
    received: Ints

    def at(self, places: Any) -> "Searches":
        """Those at some places: a slice, a mask or indices."""
        return Searches._make(values[places] for values in self)


class _Sessions(NamedTuple):
    user: Ints  # within the block
    day: Ints
    size: Ints  # answers
    zone: Ints
    start: Ints  # UTC, seconds
    delay: Ints  # microseconds from the end until it is received; 0 = at once


def draw_abilities(people: People, seed: int) -> Abilities:
    """The same people know the same, however long the history."""
    rng = stream(seed, people.block, "abilities")
    return Abilities(
        level=rng.standard_normal(BLOCK, np.float32),
        gain=rng.normal(0.25, 0.2, BLOCK).astype(np.float32),
        strengths=0.4 * rng.standard_normal((BLOCK, len(CONCEPTS)), np.float32),
        skipping=np.exp(rng.normal(-0.12, 0.5, BLOCK)).astype(np.float32),
        slowness=rng.normal(0.0, 0.3, BLOCK).astype(np.float32),
    )


def simulate_learning(
    people: People, bank: Bank, span: Span, seed: int, attempts_per_user: float, everybody: bool = False
) -> tuple[Attempts, Searches]:
    """The block's events that were received before the history ends: about `attempts_per_user` answers and
    skips a person, very unequally. A third have none, unless `everybody` learns."""
    rng = stream(seed, people.block, "learning")
    sizes = _draw_sizes(rng, people, span.days, attempts_per_user, 1.0 if everybody else LEARNERS)
    if everybody:
        idle = np.flatnonzero(sizes.sum(axis=1) == 0)
        sizes[idle, rng.integers(0, span.days, len(idle))] = 1
    sessions = _draw_sessions(rng, people, span, sizes)
    attempts = _draw_attempts(rng, people, draw_abilities(people, seed), bank, span, sessions)
    searches = _draw_searches(rng, people, sessions)
    return attempts.at(attempts.received < span.until), searches.at(searches.received < span.until)


def _draw_sessions(rng: np.random.Generator, people: People, span: Span, sizes: Ints) -> _Sessions:
    user, day = np.nonzero(sizes)
    zone = _draw_zones(rng, people, span.days)[user, day]
    local = (span.first_day + day) * DAY_SECONDS + _draw_hours(rng, len(user))
    offline = rng.random(len(user)) < OFFLINE
    hours = np.clip(rng.lognormal(np.log(9.0), 1.2, len(user)), 0.3, 240.0)
    return _Sessions(
        user=user,
        day=day,
        size=sizes[user, day],
        zone=zone,
        start=span.clocks.to_utc(zone, local),
        delay=np.where(offline, hours * 3600 * SECOND, 0).astype(np.int64),
    )


def _draw_sizes(rng: np.random.Generator, people: People, days: int, mean: float, learners: float) -> Ints:
    """Answers per person and day. How much somebody does is log-normal; how often they do it follows, and a
    day with study makes one on the next day likelier."""
    pace = np.exp(rng.normal(-0.5, 1.0, BLOCK)) / learners * (rng.random(BLOCK) < learners)
    often = np.clip(0.25 * np.sqrt(pace), 0.02, 0.9)
    day = np.arange(days)
    there = (day >= people.first_day(days)[:, None]) & (day < people.end_day(days)[:, None])
    active = there & _draw_study_days(rng, often, days)
    size = (mean * pace / (days * often))[:, None]
    some = active & (rng.random((BLOCK, days)) < size)
    sizes: Ints = some * (1 + rng.poisson(np.broadcast_to(np.maximum(size - 1, 0), (BLOCK, days))))
    return sizes


def _draw_study_days(rng: np.random.Generator, often: NDArray[np.float64], days: int) -> Flags:
    """Two-state Markov chain, `often` of the days in the long run."""
    after_one = often + 0.55 * (1 - often)
    after_none = often * (1 - after_one) / (1 - often)
    drawn = rng.random((BLOCK, days))
    active = np.zeros((BLOCK, days), bool)
    before = drawn[:, 0] < often
    for day in range(days):
        before = drawn[:, day] < np.where(before, after_one, after_none)
        active[:, day] = before
    return active


def _draw_zones(rng: np.random.Generator, people: People, days: int) -> Ints:
    """Where people are each day: at home, or some days elsewhere."""
    names = list(TIME_ZONES)
    home = np.array([names.index(name) for name in people.time_zones])[:, None]
    away = rng.integers(0, len(names), (BLOCK, 1))
    left, lasts = rng.integers(0, days, (BLOCK, 1)), rng.integers(2, 15, (BLOCK, 1))
    day = np.arange(days)
    travels = (rng.random((BLOCK, 1)) < TRAVELLERS) & (day >= left) & (day < left + lasts)
    return np.where(travels, away, home)


def _draw_hours(rng: np.random.Generator, count: int) -> Ints:
    """Local seconds of the day at which sessions begin."""
    hours, spreads, shares = map(np.array, zip(*RHYTHM, strict=True))
    kind = rng.choice(len(RHYTHM), count, p=shares)
    drawn = (hours[kind] + spreads[kind] * rng.standard_normal(count)) % 24
    seconds: Ints = (drawn * 3600).astype(np.int64)
    return seconds


def _draw_attempts(
    rng: np.random.Generator,
    people: People,
    abilities: Abilities,
    bank: Bank,
    span: Span,
    sessions: _Sessions,
) -> Attempts:
    of = np.repeat(np.arange(len(sessions.user)), sessions.size)  # the session of each answer
    user, count = sessions.user[of], len(of)
    question = np.searchsorted(np.cumsum(bank.share)[:-1], rng.random(count))
    known = abilities.level[user] + abilities.gain[user] * (sessions.day[of] / span.days)
    known = known + abilities.strengths[user, bank.concepts[question]]
    logit = bank.discrimination[question] * (known - bank.difficulty[question])
    skipped = rng.random(count) < bank.skip_share[question] * abilities.skipping[user]
    correct = (rng.random(count) < 1 / (1 + np.exp(-logit))) & ~skipped
    slow = abilities.slowness[user] + 0.15 * ~correct + 0.5 * rng.standard_normal(count)
    seconds = np.minimum(bank.seconds[question] * np.exp(slow), 1_800.0)
    answered = _answer_times(rng, sessions, of, seconds)
    attempts = Attempts(
        user=people.numbers[user],
        number=place_in_group(user),
        question=question,
        answered=answered,
        received=_receipt_times(rng, sessions, of, answered),
        offset=span.clocks.offsets(sessions.zone[of], answered // SECOND),
        correct=correct,
        skipped=skipped,
        response_ms=np.where(rng.random(count) < 0.02, NOT_MEASURED, seconds * 1_000).astype(np.int64),
        resent=np.zeros(count, bool),
    )
    return _with_copies(rng, attempts)


def _answer_times(rng: np.random.Generator, sessions: _Sessions, of: Ints, seconds: Floats) -> Ints:
    """Answers of a session follow one another, with a pause between them."""
    taken = np.cumsum(((seconds + rng.exponential(4.0, len(of))) * SECOND).astype(np.int64))
    before = np.concatenate([[0], taken])[np.cumsum(sessions.size) - sessions.size]
    times: Ints = sessions.start[of] * SECOND + taken - before[of]
    return times


def _receipt_times(rng: np.random.Generator, sessions: _Sessions, of: Ints, answered: Ints) -> Ints:
    """At once, or all of a session together once the device is online again."""
    last = answered[np.cumsum(sessions.size) - 1]
    together = (last + sessions.delay)[of] + place_in_group(of) * 1_000
    lag = (rng.exponential(0.6, len(of)) * SECOND).astype(np.int64) + 80_000
    return np.where(sessions.delay[of] > 0, together, answered + lag)


def place_in_group(groups: Ints) -> Ints:
    """0, 1, 2 … within each run of equal values."""
    begins = np.flatnonzero(np.diff(groups, prepend=-1))
    return np.arange(len(groups)) - np.repeat(begins, np.diff(begins, append=len(groups)))


def _with_copies(rng: np.random.Generator, attempts: Attempts) -> Attempts:
    copied = attempts.at(rng.random(len(attempts.user)) < RESENT)
    later = (rng.exponential(6 * 3600, len(copied.user)) * SECOND).astype(np.int64) + SECOND
    copied = copied._replace(received=copied.received + later, resent=np.ones(len(later), bool))
    return Attempts._make(np.concatenate(pair) for pair in zip(attempts, copied, strict=True))


def _draw_searches(rng: np.random.Generator, people: People, sessions: _Sessions) -> Searches:
    """Before some sessions. What is not taught, and half of what is misspelt, gives no results."""
    of = np.flatnonzero(rng.random(len(sessions.user)) < SEARCHING)
    count = len(of)
    wanted = 1 / np.arange(1, len(GAPS) + 1)
    shares = np.concatenate([np.full(len(CONCEPTS), 0.75 / len(CONCEPTS)), 0.25 * wanted / wanted.sum()])
    phrase = rng.choice(len(shares), count, p=shares)
    spelling = np.where(rng.random(count) < RIGHT_SHARE, 0, rng.integers(1, SPELLINGS, count))
    found = (phrase < len(CONCEPTS)) & ((spelling == 0) | (rng.random(count) < 0.5))
    searched = (sessions.start[of] - rng.integers(5, 90, count)) * SECOND
    return Searches(
        user=people.numbers[sessions.user[of]],
        number=place_in_group(sessions.user[of]),
        query=phrase * SPELLINGS + spelling,
        results=np.where(found, rng.geometric(0.15, count), 0),
        searched=searched,
        received=searched + sessions.delay[of] + rng.integers(80_000, 2 * SECOND, count),
    )
