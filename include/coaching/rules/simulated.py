"""How a message would be taken: a rating by rules, where no model is asked.

Each rule adds or takes points for one thing and says so; the reason lists what counted. Under the gate a message
is revised where another text could do better, and skipped where the user or the moment is the cause.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from include.coaching.context import Context
from include.coaching.models import Action, Draft, MessageType, Simulation
from include.coaching.rules.message_type import SUBJECTS_APART, TYPES_APART, Choice, Pair
from include.coaching.rules.themes import Theme

START = 4.0
SENT_FROM = 6
LONG, SHORT = 380, 70  # characters
GENERAL = frozenset({"never_wrote", "plain", "pages", "journal_open", "small_step", "prompt"})
COUNTED = frozenset({"theme_and_mood", "writing_run", "wrote_anyway"})
GENTLE = frozenset({"loss", "hard_day", "unwell", "wrote_anyway", "long_silence"})
_NUMBER = re.compile(r"\d")


class Point(NamedTuple):
    """What one rule found: points, in words, and whether another text could change it."""

    points: float
    reason: str
    of_text: bool = False


Points = Iterator[Point]


def simulate(context: Context, choice: Choice, draft: Draft) -> Simulation:
    """Rate the draft from 1 to 10, with an action and what the rating is made of."""
    found = [point for rule in RULES for point in rule(context, choice, draft)]
    rating = max(1, min(10, round(START + sum(point.points for point in found))))
    reason = (
        ", ".join(f"{point.reason} {point.points:+g}" for point in found)
        or "nothing speaks for or against it"
    )
    return Simulation(rating, _action(rating, context, choice, found), reason)


def _action(rating: int, context: Context, choice: Choice, found: list[Point]) -> Action:
    if _wants_rest(context):
        return Action.SKIP
    if rating >= SENT_FROM:
        return Action.SEND
    better_text = any(point.of_text and point.points < 0 for point in found)
    return Action.REVISE if better_text and _reason(choice) not in GENERAL else Action.SKIP


def _reason(choice: Choice) -> str:
    return choice.reason.removesuffix("_again")


def _days_since_last(context: Context) -> int:
    return (context.local_day - context.earlier[0].local_day).days if context.earlier else 99


def _wants_rest(context: Context) -> bool:
    """Whether the last three messages were all dismissed, the newest less than a week ago."""
    last = context.earlier[:3]
    return len(last) == 3 and all(one.dismissed for one in last) and _days_since_last(context) < 7


def _specific(_: Context, choice: Choice, draft: Draft) -> Points:
    quotes, numbers = "“" in draft.content, _NUMBER.search(draft.content)
    if quotes:
        yield Point(2, "takes up own words")
    if numbers:
        yield Point(1.5, "own numbers")
    if quotes or numbers or _reason(choice) in GENERAL:
        return
    if _reason(choice) in COUNTED:
        yield Point(1.5, "counts own entries")
        return
    if isinstance(choice.material, Theme):
        yield Point(1.5, "about what was written")
    if _reason(choice) in GENTLE:
        return
    if getattr(choice.material, "words", None) or getattr(choice.material, "quote", None):
        yield Point(-2.5, "own words left out", of_text=True)


def _grounded(context: Context, choice: Choice, _: Draft) -> Points:
    if not context.entries and not context.insights:
        yield Point(-0.5, "little is known")
    if _reason(choice) in GENTLE:
        yield Point(2, "a moment to ask")
    elif isinstance(choice.material, Pair):
        yield Point(1, "joins two things")
    elif _reason(choice) not in GENERAL:
        yield Point(1, "built on what is known")


def _fresh(context: Context, choice: Choice, _: Draft) -> Points:
    material = choice.material.intention if isinstance(choice.material, Pair) else choice.material
    days_ago = getattr(material, "days_ago", None)
    if days_ago is not None and days_ago <= 1:
        yield Point(1, "fresh")
    elif days_ago is not None and days_ago > 6:
        yield Point(-1, "a while ago")
    week_of = getattr(material, "week_of", None)
    if week_of is not None and (context.local_day - week_of).days >= 7:
        yield Point(-1, "an older finding")


def _awaited(context: Context, choice: Choice, _: Draft) -> Points:
    days = _days_since_last(context)
    if days >= 6:
        yield Point(1.5, "the first for a while")
    elif days <= 1 and _reason(choice) in GENERAL:
        yield Point(-1, "the last was yesterday")
    if context.days_silent is None or context.days_silent >= 5:
        yield Point(1.5 if choice.message_type is MessageType.CHECK_IN else 0.5, "after a silence")


def _welcome(context: Context, _: Choice, __: Draft) -> Points:
    last = context.earlier[:3]
    if any(one.answered for one in last):
        yield Point(1, "answered lately")
    dismissed = sum(one.dismissed for one in last)
    if dismissed:
        yield Point(-0.75 * dismissed, "dismissed lately")
    if len(last) == 3 and not any(one.opened for one in last):
        yield Point(-1.5, "three unopened")
    elif last and not last[0].opened:
        yield Point(-0.5, "the last is unopened")


def _fitting(context: Context, choice: Choice, _: Draft) -> Points:
    moods = context.themes.moods
    if not moods or moods[0][0] > 3:
        return
    low = moods[0][1] < 0
    if low and choice.message_type is MessageType.CHALLENGE:
        yield Point(-4, "no challenge after a bad day")
    elif low and _reason(choice) not in GENTLE:
        yield Point(-1, "looks past a bad day")
    elif moods[0][1] > 0 and choice.message_type in {MessageType.ENCOURAGEMENT, MessageType.CHALLENGE}:
        yield Point(1, "fits a good day")


def _new(context: Context, choice: Choice, _: Draft) -> Points:
    if choice.message_type in {one.message_type for one in context.earlier[:TYPES_APART]}:
        yield Point(-1.5, "the same type again")
    subjects = {one.subject for one in context.earlier[:SUBJECTS_APART]}
    if choice.subject is not None and choice.subject in subjects:
        yield Point(-1.5, "the same subject again")


def _sized(_: Context, __: Choice, draft: Draft) -> Points:
    if len(draft.content) > LONG:
        yield Point(-1, "long", of_text=True)
    elif len(draft.content) < SHORT:
        yield Point(-0.5, "very short", of_text=True)


RULES: tuple[Callable[[Context, Choice, Draft], Points], ...] = (
    _specific,
    _grounded,
    _fresh,
    _awaited,
    _welcome,
    _fitting,
    _new,
    _sized,
)
