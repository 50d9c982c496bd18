"""A month as one SVG image: answers a day, and accuracy by week. Pure.

No script, no font of its own, no text that a person wrote. It is drawn 320 units wide with letters of 11, so
that it can be read at 320 px; colours follow the reader's light or dark scheme, on no background of its own.
Bars are one path a colour, since half a million charts are kept.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from include.learning.reports.facts import ENOUGH, active_days
from include.learning.reports.models import Day, Facts, Tally
from include.learning.reports.prose import counted, month_and_year

WIDTH, HEIGHT = 320, 242
LEFT, RIGHT = 34, 312  # of both panels
BAR_TOP, BAR_BOTTOM = 28, 112
LINE_TOP, LINE_BOTTOM = 160, 220
STYLE = (
    ".almanac-chart{--ink:#374151;--right:#1d4ed8;--wrong:#bfdbfe;--grid:#d1d5db;font:11px sans-serif}"
    "@media(prefers-color-scheme:dark){.almanac-chart{--ink:#e5e7eb;--right:#60a5fa;--wrong:#1e3a8a;"
    "--grid:#4b5563}}"
    ".almanac-chart text{fill:var(--ink)}.almanac-chart .e{text-anchor:end}.almanac-chart .m{text-anchor:middle}"
    ".almanac-chart .g{stroke:var(--grid);fill:none}.almanac-chart .r{fill:var(--right)}"
    ".almanac-chart .w{fill:var(--wrong);stroke:var(--right);stroke-width:.7}"
    ".almanac-chart .l{fill:none;stroke:var(--right);stroke-width:2}"
)


class Stretch(NamedTuple):
    """The days of a calendar week (Monday to Sunday) that fall into the month, and their answers."""

    first: int
    last: int
    tally: Tally


def chart(facts: Facts) -> str:
    """The whole image, on one line."""
    length = monthrange(facts.month.year, facts.month.month)[1]
    weeks = by_week(facts.days, facts.month, length)
    key = f"{facts.month:%Y-%m}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" '
        f'class="almanac-chart" style="max-width:640px" role="img" aria-labelledby="chart-{key} chart-{key}-text">'
        f'<title id="chart-{key}">Answers and accuracy in {month_and_year(facts.month)}</title>'
        f'<desc id="chart-{key}-text">{description(facts, weeks)}</desc><style>{STYLE}</style>'
        f"{_legend(weeks)}{_bars(facts.days, length)}{_accuracy(weeks, length)}{_day_labels(length)}</svg>"
    )


def by_week(days: Sequence[Day], month: date, length: int) -> list[Stretch]:
    """The month cut at its Mondays, weeks without an answer included."""
    mondays = range(8 - month.weekday(), length + 1, 7)  # but for the 1st, which begins a stretch anyhow
    stretches = []
    for first, after in zip([1, *mondays], [*mondays, length + 1], strict=True):
        within = [day for day in days if first <= day.day < after]
        tally = Tally(sum(day.attempts for day in within), sum(day.correct for day in within))
        stretches.append(Stretch(first, after - 1, tally))
    return stretches


def description(facts: Facts, weeks: Sequence[Stretch]) -> str:
    """What the picture shows, in words."""
    if not facts.total.attempts:
        return "No question was answered."
    most = max(facts.days, key=lambda day: (day.attempts, -day.day))
    shown = ", ".join(
        f"{_span(week)}: {week.tally.accuracy:.0f} % of {week.tally.attempts}"
        for week in weeks
        if week.tally.attempts
    )
    return (
        f"{counted(facts.total.attempts, 'answer')} on {counted(active_days(facts.days), 'day')}; most on day "
        f"{most.day}, {most.attempts}. Right by week, days {shown}."
    )


def _span(week: Stretch) -> str:
    return f"{week.first} to {week.last}" if week.first < week.last else str(week.first)


def ceiling(most: int) -> int:
    """A round number at or above: 1, 2 or 5 times a power of ten, and at least 5."""
    step = 5
    while step < most:
        step = step * 2 if str(step)[0] in "15" else step // 2 * 5
    return step


def _legend(weeks: Sequence[Stretch]) -> str:
    note = f"; pale: under {ENOUGH} answers" if any(map(_few, weeks)) else ""
    return (
        f'<text x="{LEFT}" y="12">Answers a day:</text>'
        '<path class="r" d="M118 4h9v9h-9z"/><text x="131" y="12">right</text>'
        '<path class="w" d="M168 4h9v9h-9z"/><text x="181" y="12">wrong</text>'
        f'<text x="{LEFT}" y="{LINE_TOP - 14}">Right, by week (%){note}</text>'
    )


def _bars(days: Sequence[Day], length: int) -> str:
    top = ceiling(max((day.attempts for day in days), default=0))
    unit, width = (BAR_BOTTOM - BAR_TOP) / top, (RIGHT - LEFT) / length * 0.76
    right, wrong = [], []
    for day in days:
        x = _x(day.day, length) - width / 2
        middle = BAR_BOTTOM - day.correct * unit
        if day.correct:
            right.append(_box(x, BAR_BOTTOM, width, day.correct * unit))
        if day.attempts > day.correct:
            wrong.append(_box(x, middle, width, (day.attempts - day.correct) * unit))
    return (
        f'<path class="g" d="M{LEFT} {BAR_TOP}H{RIGHT}M{LEFT} {BAR_BOTTOM}H{RIGHT}"/>'
        f'<text class="e" x="{LEFT - 5}" y="{BAR_TOP + 4}">{top}</text>'
        f'<text class="e" x="{LEFT - 5}" y="{BAR_BOTTOM + 4}">0</text>'
        f'<path class="w" d="{"".join(wrong)}"/><path class="r" d="{"".join(right)}"/>'
    )


def _box(x: float, bottom: float, width: float, height: float) -> str:
    return f"M{x:.1f} {bottom:.1f}h{width:.1f}v{-height:.1f}h{-width:.1f}z"


def _accuracy(weeks: Sequence[Stretch], length: int) -> str:
    """A dot a week with answers, labelled, and a line between weeks that follow each other."""
    drawn, dots, joined = [], [], False
    for week in weeks:
        if not week.tally.attempts:
            joined = False
            continue
        x = (_x(week.first, length) + _x(week.last, length)) / 2
        y = LINE_BOTTOM - week.tally.accuracy / 100 * (LINE_BOTTOM - LINE_TOP)
        drawn.append(f"{'L' if joined else 'M'}{x:.1f} {y:.1f}")
        above = y - 7 if y > LINE_TOP + 12 else y + 16
        dots.append(f'<circle class="{"w" if _few(week) else "r"}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>')
        dots.append(f'<text class="m" x="{x:.1f}" y="{above:.1f}">{week.tally.accuracy:.0f}</text>')
        joined = True
    middle = (LINE_TOP + LINE_BOTTOM) / 2
    return (
        f'<path class="g" d="M{LEFT} {LINE_TOP}H{RIGHT}M{LEFT} {middle:g}H{RIGHT}M{LEFT} {LINE_BOTTOM}H{RIGHT}"/>'
        f'<text class="e" x="{LEFT - 5}" y="{LINE_TOP + 4}">100</text>'
        f'<text class="e" x="{LEFT - 5}" y="{middle + 4:g}">50</text>'
        f'<text class="e" x="{LEFT - 5}" y="{LINE_BOTTOM + 4}">0</text>'
        f'<path class="l" d="{"".join(drawn)}"/>{"".join(dots)}'
    )


def _few(week: Stretch) -> bool:
    return 0 < week.tally.attempts < ENOUGH


@cache
def _day_labels(length: int) -> str:
    """Days 1, 8, 15, 22 and 29 under both panels."""
    return "".join(
        f'<text class="m" x="{_x(day, length):.1f}" y="{y}">{day}</text>'
        for y in (BAR_BOTTOM + 13, LINE_BOTTOM + 14)
        for day in range(1, length + 1, 7)
    )


def _x(day: int, length: int) -> float:
    """The middle of a day's column."""
    return LEFT + (day - 0.5) * (RIGHT - LEFT) / length
