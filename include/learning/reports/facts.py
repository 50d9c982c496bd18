"""From a learner's month to the facts of its report. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from include.core.intervals import difference, wilson
from include.learning.reports.models import Change, Concept, Day, Facts, Source, Streak, Tally

ENOUGH = 10  # answers in a month, for its accuracy to be told
ENOUGH_OF_CONCEPT = 5
SHOWN = 3  # concepts of each kind


def facts_of(source: Source, month: date) -> Facts:
    """The facts of one learner's month; `month` is its first day."""
    total = Tally(sum(day.attempts for day in source.days), sum(day.correct for day in source.days))
    sufficient = total.attempts >= ENOUGH
    strongest, weakest = concepts(source.concepts, total) if sufficient else ([], [])
    return Facts(
        month=month,
        days=source.days,
        total=total,
        skips=sum(day.skips for day in source.days),
        before=source.before,
        change=change(source.before, total),
        streak=longest_streak([day.day for day in source.days if day.attempts], month),
        strongest=strongest,
        weakest=weakest,
        ranks=source.ranks,
        sufficient=sufficient,
    )


def change(before: Tally, now: Tally) -> Change | None:
    """Accuracy now less accuracy before, in points; None with under 10 answers in either month."""
    if min(before.attempts, now.attempts) < ENOUGH:
        return None
    low, high = difference((before.correct, before.attempts), (now.correct, now.attempts))
    return Change(now.accuracy - before.accuracy, 100 * low, 100 * high)


def longest_streak(days: Sequence[int], month: date) -> Streak | None:
    """The longest run of days (ascending, of the month); the first of equals; None without a day."""
    best: tuple[int, int] | None = None  # length, last day
    length, previous = 0, 0
    for day in days:
        length = length + 1 if length and day == previous + 1 else 1
        previous = day
        if best is None or length > best[0]:
            best = length, day
    if best is None:
        return None
    return Streak(best[0], month.replace(day=best[1] - best[0] + 1), month.replace(day=best[1]))


def concepts(tallies: Mapping[str, Tally], total: Tally) -> tuple[list[Concept], list[Concept]]:
    """The strongest and the weakest, best and worst first; at most three each, none in both.

    By the bounds of Wilson's interval, so that few answers are neither. A strong one is at least as accurate
    as the learner in all, a weak one less; concepts with under five answers are left out.
    """
    known = {name: tally for name, tally in tallies.items() if tally.attempts >= ENOUGH_OF_CONCEPT}
    if not known:
        return [], []
    correct = np.array([tally.correct for tally in known.values()])
    low, high = wilson(correct, np.array([tally.attempts for tally in known.values()]))
    found = [
        Concept(name, tally.attempts, tally.accuracy, 100 * bottom, 100 * top)
        for (name, tally), bottom, top in zip(known.items(), low.tolist(), high.tolist(), strict=True)
    ]
    strong = [one for one in found if one.accuracy >= total.accuracy]
    weak = [one for one in found if one.accuracy < total.accuracy]
    strong.sort(key=lambda one: (-one.low, one.concept))
    weak.sort(key=lambda one: (one.high, one.concept))
    return strong[:SHOWN], weak[:SHOWN]


def active_days(days: Sequence[Day]) -> int:
    """Days with an answer; a day of skips alone is none."""
    return sum(day.attempts > 0 for day in days)
