"""What a block of people writes in their journals: unequally often, of their own few themes, good days and bad.

Where there are health data, a day's sentences of sleep and exercise follow them, and its mood does. Some set
themselves goals and come back to them, or not. Some write in another language. One in `CRISIS_EVERY` hints at a
crisis, so that the safety path is walked. All sentences come from phrases.toml.
"""

from math import isnan
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from include.local.simulation.clocks import Ints
from include.local.simulation.days import MOODS, Days
from include.local.simulation.learners import DAY_SECONDS, SECOND, Span, place_in_group
from include.local.simulation.people import BLOCK, TIME_ZONES, Flags, People, stream
from include.local.simulation.phrases import Phrases, Sentences, phrases

Tone = Literal["good", "bad", "plain"]

MEAN_ENTRIES = 4.2  # of those who write at all
UNEQUAL = 1.3  # the smaller, the more unequal
MOST_ENTRIES = 10
SILENT = 0.05  # share of the people without any entry
PAUSING = 0.25  # share of those who write that did not for some days
CLOSE = (
    0.12  # how much more rarely people write a day further from when they wrote most, which for most is now
)
CRISIS_EVERY, CRISIS_AT = 331, 7  # by number, so that every population of some hundred has one
FOREIGN = 0.12  # share of those who live where a language of the phrases is spoken
LENGTHS = {1: 0.35, 2: 0.35, 3: 0.2, 5: 0.09, 120: 0.01}  # sentences about themes → share of the people
DICE = 10  # random numbers of an entry, beside those of its sentences
CHEERFUL = frozenset(MOODS.index(name) for name in ("happy", "calm"))
GLOOMY = frozenset(MOODS.index(name) for name in ("tired", "tense", "sad"))
GOOD_SLEEP, BAD_SLEEP = 450.0, 375.0  # minutes
GOOD_STEPS, BAD_STEPS = 1.2, 0.7  # of what the person usually does


class Written(NamedTuple):
    """Entries, in order of user and day."""

    user: Ints  # within the block
    number: Ints  # of the user's entries
    day: Ints  # local, days since the epoch
    written: Ints  # UTC, seconds since the epoch
    bodies: list[str]


class _Day(NamedTuple):
    """What an entry's day was like."""

    tone: Tone
    sleep: Tone
    exercise: Tone
    hours: str
    steps: str


class _Writer:
    """A person who writes, and the goal they come back to."""

    def __init__(self, bank: Phrases, zone: str, calm: float, dice: NDArray[np.float64]) -> None:
        self.slots = {
            name: _pick(options, dice[place]) for place, (name, options) in enumerate(bank.slots.items())
        }
        names = list(bank.themes)
        self.themes = [names[place] for place in np.argsort(dice[10 : 10 + len(names)])[:4]]
        self.length = list(LENGTHS)[int(np.searchsorted(np.cumsum(list(LENGTHS.values())), dice[8]))]
        spoken = bank.spoken.get(zone, ()) if dice[9] < FOREIGN else ()
        self.language = bank.languages[_pick(spoken, dice[7])] if spoken else None
        self.calm = calm
        self.goal = ""


def simulate_journals(people: People, span: Span, history: int, seed: int, health: Days | None) -> Written:
    """The block's entries of the span that were written before it ends, at most one a day. `history`: the days
    of `health`, of which the span's are the last."""
    rng = stream(seed, people.block, "journals")
    user, day = np.nonzero(_draw_days(rng, people, span, history))
    names = list(TIME_ZONES)
    zone = np.array([names.index(name) for name in people.time_zones])[user]
    local = (span.first_day + day) * DAY_SECONDS + _draw_times(rng, len(user))
    written = span.clocks.to_utc(zone, local)
    bodies = _write(rng, people, user, day + history - span.days, health)
    there = written < span.until // SECOND
    return Written(
        user=user[there],
        number=place_in_group(user)[there],
        day=span.first_day + day[there],
        written=written[there],
        bodies=[body for body, kept in zip(bodies, there, strict=True) if kept],
    )


def in_crisis(people: People) -> Flags:
    """Whose newest entry hints at a crisis."""
    chosen: Flags = people.numbers % CRISIS_EVERY == CRISIS_AT
    return chosen


def _draw_days(rng: np.random.Generator, people: People, span: Span, history: int) -> Flags:
    """On which days who writes; rather on days close to one another."""
    day = np.arange(span.days)
    extra = rng.poisson(rng.gamma(UNEQUAL, (MEAN_ENTRIES - 1) / UNEQUAL, BLOCK))
    counts = np.minimum(1 + extra, MOST_ENTRIES) * (rng.random(BLOCK) >= SILENT)
    paused = rng.random(BLOCK) < PAUSING
    pause, then = rng.integers(4, 22, BLOCK) * paused, rng.integers(0, span.days, BLOCK)
    crisis = in_crisis(people)
    counts[crisis], pause[crisis] = np.maximum(counts[crisis], 2), 1
    begins = np.maximum(people.first_day(history) - (history - span.days), 0)
    ends = np.minimum(people.end_day(history) - (history - span.days), span.days - pause)
    ends[crisis] = span.days - 1
    most = np.where(paused, then, span.days)[:, None]
    order = rng.random((BLOCK, span.days)) + CLOSE * abs(day - most)
    order[crisis, -2] = -1.0  # the day before the last is always one of theirs
    order[(day < begins[:, None]) | (day >= ends[:, None])] = np.inf
    rank = order.argsort(axis=1).argsort(axis=1)
    chosen: Flags = (rank < counts[:, None]) & np.isfinite(order)
    return chosen


def _draw_times(rng: np.random.Generator, count: int) -> Ints:
    """Local seconds of the day: most write in the evening, some in the morning."""
    evening = rng.random(count) < 0.7
    hours = np.where(evening, rng.normal(20.8, 1.3, count), rng.normal(7.4, 0.9, count))
    seconds: Ints = (np.clip(hours, 0.0, 23.98) * 3600).astype(np.int64)
    return seconds


def _write(rng: np.random.Generator, people: People, user: Ints, day: Ints, health: Days | None) -> list[str]:
    bank = phrases()
    traits = rng.random((BLOCK, 10 + len(bank.themes)))
    longest = 2 + max(LENGTHS)
    days = _days_of(rng, people, user, day, health)
    newest = np.diff(user, append=-1) != 0
    crisis = in_crisis(people)[user] & newest
    bodies, writer, before = [], None, -1
    for place, number in enumerate(user.tolist()):
        if writer is None or number != before:
            writer = _Writer(bank, people.time_zones[number], float(people.calm[number]), traits[number])
            before = number
        dice = rng.random(DICE + (longest if writer.length > 5 else 10))
        body = _entry(bank, writer, days[place], dice.tolist())
        bodies.append(f"{body} {_pick(bank.crisis, dice[-1])}" if crisis[place] else body)
    return bodies


def _days_of(
    rng: np.random.Generator, people: People, user: Ints, day: Ints, health: Days | None
) -> list[_Day]:
    """What each entry's day was like: from the data where there are any."""
    luck = (0.5 * people.calm[user] + rng.standard_normal(len(user))).tolist()
    guessed = [_tone(value, 0.7, -0.9) for value in luck]
    if health is None:
        return [_Day(tone, tone, tone, "seven", "6,000") for tone in guessed]
    asleep, steps, mood = (_known(health, name, user, day) for name in ("sleep_minutes", "steps", "mood"))
    usual = np.median(health.values["steps"], axis=1)[user]
    return [
        _day(tone, *facts)
        for tone, *facts in zip(
            guessed, asleep.tolist(), steps.tolist(), (steps / usual).tolist(), mood.tolist(), strict=True
        )
    ]


def _known(health: Days, name: str, user: Ints, day: Ints) -> NDArray[np.float64]:
    values = health.values[name][user, day].astype(np.float64)
    values[~health.present[name][user, day]] = np.nan
    return values


def _day(guessed: Tone, asleep: float, steps: float, of_usual: float, mood: float) -> _Day:
    felt: Tone = guessed
    if not isnan(mood):
        felt = "good" if mood in CHEERFUL else "bad" if mood in GLOOMY else "plain"
    slept, walked = not isnan(asleep), not isnan(steps)
    return _Day(
        tone=felt,
        sleep=_tone(asleep, GOOD_SLEEP, BAD_SLEEP) if slept else felt,
        exercise=_tone(of_usual, GOOD_STEPS, BAD_STEPS) if walked else felt,
        hours=f"{round(asleep / 30) / 2:g}"
        if slept
        else {"good": "eight", "bad": "five", "plain": "seven"}[felt],
        steps=f"{round(steps, -2):,.0f}"
        if walked
        else {"good": "11,000", "bad": "2,000", "plain": "6,000"}[felt],
    )


def _tone(value: float, good: float, bad: float) -> Tone:
    return "good" if value >= good else "bad" if value < bad else "plain"


def _entry(bank: Phrases, writer: _Writer, day: _Day, dice: list[float]) -> str:
    if writer.language:
        return " ".join(_several(writer.language, 1 + int(3 * dice[0]), dice[1]))
    parts = [_pick(bank.general["openers"], dice[1])] if dice[0] < 0.12 else []
    parts += _of_themes(bank, writer, day, dice[DICE:])
    parts += _of_goals(bank, writer, day, dice)
    for name, chance, place in (("questions", 0.08, 5), ("idioms", 0.05, 6), (f"{day.tone}_day", 0.5, 7)):
        if dice[place] < chance:
            parts.append(_pick(bank.general[name], dice[place] / chance))
    slots = writer.slots | {"goal": writer.goal, "hours": day.hours, "steps": day.steps}
    slots |= {
        name: _pick(options, dice[8 + place])
        for place, (name, options) in enumerate(bank.entry_slots.items())
    }
    return " ".join(_capital(part.format_map(slots)) for part in parts)


def _of_themes(bank: Phrases, writer: _Writer, day: _Day, dice: list[float]) -> list[str]:
    """One sentence a theme, none twice but in the longest entries."""
    tones = {"sleep": day.sleep, "exercise": day.exercise}
    first = int(4 * dice[0])
    found = []
    for place in range(writer.length):
        theme = writer.themes[(first + place) % len(writer.themes)]
        sentences: Sentences = getattr(bank.themes[theme], tones.get(theme, day.tone))
        found.append(_pick(sentences, dice[1 + place]))
    return found


def _of_goals(bank: Phrases, writer: _Writer, day: _Day, dice: list[float]) -> list[str]:
    """A new goal, or what became of the one before. The goal stays the writer's until it is told of."""
    if writer.goal and dice[2] < 0.4:
        kept = dice[3] < {"good": 0.8, "plain": 0.5, "bad": 0.25}[day.tone]
        told = _pick(bank.general["kept" if kept else "broken"], dice[4]).replace("{goal}", writer.goal)
        writer.goal = ""
        return [told]
    if not writer.goal and dice[2] < 0.35:
        goal = _pick(bank.themes[_pick(writer.themes, dice[3])].goals, dice[2] / 0.35)
        writer.goal = goal.format_map(writer.slots)
        return [_pick(bank.general["intentions"], dice[4])]
    return []


def _pick(options: Sentences | list[str], drawn: float) -> str:
    """One of them, by a number from 0 to below 1."""
    return options[int(drawn * len(options))]


def _several(sentences: Sentences, count: int, drawn: float) -> list[str]:
    first = int(drawn * len(sentences))
    return [sentences[(first + place) % len(sentences)] for place in range(count)]


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
