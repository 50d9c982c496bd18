"""Facts of a month to a sentence or two. Pure."""

from calendar import month_name
from datetime import date

from include.learning.reports.facts import ENOUGH, active_days
from include.learning.reports.models import Change, Facts

LONGEST_NAME = 70  # characters of a concept in a sentence


def summary(facts: Facts) -> str:
    """One or two sentences; of a month with too few answers, what is missing."""
    if not facts.sufficient:
        return _too_few(facts)
    total, days = facts.total, active_days(facts.days)
    opening = (
        f"In {month_and_year(facts.month)} you answered {counted(total.attempts, 'question')} "
        f"on {counted(days, 'day')} and got {total.accuracy:.0f} % right{_compared(facts)}."
    )
    return " ".join(sentence for sentence in (opening, _closing(facts)) if sentence)


def month_and_year(month: date) -> str:
    return f"{month_name[month.month]} {month.year}"


def counted(number: int, noun: str) -> str:
    """'1 day', '1,200 questions'."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _too_few(facts: Facts) -> str:
    attempts = facts.total.attempts
    had = f"only {counted(attempts, 'question')}" if attempts else "no question"
    return (
        f"In {month_and_year(facts.month)} you answered {had}. From {ENOUGH} answers in a month on, this report "
        "says how accurate you were, and in what."
    )


def _compared(facts: Facts) -> str:
    """The clause about the month before; a change that may be chance is called none."""
    change, name = facts.change, month_name[(facts.month.month - 2) % 12 + 1]
    if change is None:
        return ""
    if _may_be_chance(change):
        return f", too near to {name}'s {facts.before.accuracy:.0f} % to call it a change"
    word = "more" if change.points > 0 else "fewer"
    points = abs(change.points)
    return f", {points:.0f} points {word} than in {name}"


def _may_be_chance(change: Change) -> bool:
    return change.low <= 0 <= change.high


def _closing(facts: Facts) -> str:
    """Concepts and the streak, as far as there are any."""
    parts = [part for part in (_concepts(facts), _streak(facts)) if part]
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "." if text else ""


def _concepts(facts: Facts) -> str:
    strong = f"you are surest of {_quoted(facts.strongest[0].concept)}" if facts.strongest else ""
    weak = f"{_quoted(facts.weakest[0].concept)} needs practice most" if facts.weakest else ""
    return ", and ".join(part for part in (strong, weak) if part)


def _quoted(name: str) -> str:
    name = name.rstrip(". ")
    return f"“{name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + '…'}”"


def _streak(facts: Facts) -> str:
    if facts.streak is None or facts.streak.days < 2:
        return ""
    return f"your longest streak was {counted(facts.streak.days, 'day')}"
