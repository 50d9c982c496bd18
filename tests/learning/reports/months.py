"""Learners' months for the rules' tests."""

from datetime import date
from typing import Any

from include.learning.reports.facts import facts_of
from include.learning.reports.models import Day, Facts, Source, Tally

NOVEMBER = date(2015, 11, 1)
NOBODY: dict[str, Tally] = {}
DAYS = [Day(2, 20, 12, 1), Day(3, 5, 5, 0), Day(4, 0, 0, 3), Day(12, 64, 40, 0), Day(30, 1, 0, 0)]


def source(
    days: list[Day] = DAYS,
    *,
    before: tuple[int, int] = (0, 0),
    concepts: dict[str, tuple[int, int]] | None = None,
    ranks: list[dict[str, Any]] | None = None,
) -> Source:
    told = {name: Tally(*counts) for name, counts in (concepts or {}).items()}
    return Source(7, days, Tally(*before), told, ranks or [])


def november(days: list[Day] = DAYS, **rest: Any) -> Facts:
    return facts_of(source(days, **rest), NOVEMBER)
