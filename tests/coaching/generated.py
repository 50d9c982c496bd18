"""Seeded, varied users as the warehouse would hand them over: journals, insights, and messages before."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from uuid import UUID

from include.coaching.context import Context, build
from include.coaching.models import Draft, Due, Earlier, Entry, Insight, Plan, Simulation, Source
from include.coaching.prose import write
from include.coaching.rules.message_type import Choice, choose
from include.coaching.rules.simulated import simulate
from include.local.simulation.phrases import phrases
from tests.intelligence.prose_facts import LEVELS, _stats, evidence

KINDS = ("change", "change", "change", "trend", "weekday", "lag", "streak", "record", "change_point", "steady",
         "consistency", "standing", "lab", "coverage")  # fmt: skip
NEWEST = date(2026, 3, 4)


class Made(NamedTuple):
    """A message with all that it was made from."""

    context: Context
    choice: Choice
    draft: Draft
    revised: Draft
    simulation: Simulation


class Slots(dict[str, str]):
    """What the sentences leave open. What the day's own data would fill: any number does."""

    def __missing__(self, name: str) -> str:
        return {"hours": "7.5", "steps": "6,400"}.get(name, "then")


def entry(rng: random.Random, day: date, body: str) -> Entry:
    at = datetime.combine(day, time(20), UTC)
    return Entry(UUID(int=rng.getrandbits(128)), day, at, "user", body)


def _bodies(rng: random.Random, count: int) -> Iterator[str]:
    """The entries of one person, oldest first: a few themes, goals that are kept or not."""
    bank = phrases()
    slots = Slots({name: rng.choice(options) for name, options in bank.slots.items()})
    themes = rng.sample(list(bank.themes.values()), 4)
    foreign = rng.choice(list(bank.languages.values())) if rng.random() < 0.05 else None
    luck, goal = rng.random(), ""
    for _ in range(count):
        if foreign:
            yield " ".join(rng.sample(foreign, 3))
            continue
        tone = rng.choices(("good", "bad", "plain"), (luck, 1 - luck, 0.7))[0]
        parts = [
            rng.choice(getattr(theme, tone)) for theme in rng.sample(themes, rng.choice((1, 1, 2, 2, 3)))
        ]
        if goal and rng.random() < 0.4:
            parts.append(rng.choice(bank.general[rng.choice(("kept", "broken"))]))
        elif rng.random() < 0.35:
            goal = rng.choice(rng.choice(themes).goals)
            parts.append(rng.choice(bank.general["intentions"]))
        if rng.random() < 0.08:
            parts.append(rng.choice(bank.general["questions"]))
        if rng.random() < 0.5:
            parts.append(rng.choice(bank.general[f"{tone}_day"]))
        said = (part.replace("{goal}", goal).format_map(slots) for part in parts)
        yield " ".join(text[:1].upper() + text[1:] for text in said)


def journal(rng: random.Random) -> tuple[Entry, ...]:
    """0 to 20 entries of eight weeks, half of them before NEWEST and half to come, newest first."""
    count = 0 if rng.random() < 0.06 else min(20, 1 + int(rng.expovariate(0.13)))
    pause = rng.choice((0, 0, 0, 1, 4, 9, 16))
    days = sorted(rng.sample([ago for ago in range(-28, 28) if not 0 <= ago < pause], count), reverse=True)
    written = [
        entry(rng, NEWEST - timedelta(days=ago), body)
        for ago, body in zip(days, _bodies(rng, count), strict=True)
    ]
    return tuple(reversed(written))


def insights(rng: random.Random) -> tuple[Insight, ...]:
    """Findings of two weeks, as the weekly batch publishes them."""
    found = []
    for week in range(rng.choice((0, 1, 2, 2))):
        for kind in rng.sample(KINDS, rng.choice((3, 4, 5))):
            metric = rng.choice(list(LEVELS))
            numbers = evidence(rng, kind, metric, _stats(rng, metric))
            direction = rng.choice(("up", "down")) if kind != "steady" else "steady"
            name = "lab" if kind == "lab" else metric
            key = f"{kind}:{name}:{direction}"
            text = f"Your {metric} ({kind}) looked like this."
            confidence = round(rng.uniform(0.5, 0.99), 2)
            week_of = NEWEST - timedelta(days=2 + 7 * week)
            found.append(Insight(key, kind, name, direction, confidence, numbers, text, week_of))
    return tuple(found)


def source(number: int, seed: int = 7) -> tuple[Source, Plan, random.Random]:
    """One user on a day, nothing sent before; the same number gives the same user."""
    rng = random.Random(seed * 1_000_003 + number)
    frequency = rng.choice(("daily", "daily", "multipleTimesPerWeek", "onceAWeek"))
    preference = rng.choice(("morning", "afternoon", "evening"))
    due = Due(number, frequency, preference, "Europe/Berlin", None)
    return Source(due, journal(rng), insights(rng), ()), Plan(None, NEWEST, None), rng


def make(user: Source, plan: Plan) -> Made:
    context = build(user, plan)
    choice = choose(context)
    draft, revised = write(context, choice, 1), write(context, choice, 2)
    return Made(context, choice, draft, revised, simulate(context, choice, draft))


def messages(users: int, days: int = 5, seed: int = 7) -> Iterator[Made]:
    """Messages of these users, one after another, each knowing those before and what its user did with them."""
    for number in range(users):
        user, plan, rng = source(number, seed)
        step = {"daily": 1, "multipleTimesPerWeek": 2, "onceAWeek": 7}[user.due.frequency]
        liking = rng.random()
        for nth in range(days):
            today = plan._replace(local_day=plan.local_day + timedelta(days=nth * step))
            made = make(user, today)
            yield made
            opened = rng.random() < 0.35 + liking / 2
            message = Earlier(
                made.choice.message_type, made.choice.subject, today.local_day, opened,
                opened and rng.random() < liking / 2, not opened and rng.random() < 0.3 * (1 - liking),
            )  # fmt: skip
            if made.simulation.action == "SEND_MESSAGE":
                user = user._replace(earlier=(message, *user.earlier))


@cache
def population() -> tuple[Made, ...]:
    """5,000 messages of 1,000 users, made once for all tests."""
    return tuple(messages(1_000))
