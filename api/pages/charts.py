"""Charts as SVG: rows over one axis, each with its name, its value and a mark.

Lengths across are percentages of the width, so that a chart fills a phone as well as a desk with letters of the
same size. No inline style: colours come from the style sheet, in light and in dark.
"""

from collections.abc import Sequence
from math import ceil, floor
from typing import Literal, NamedTuple

from markupsafe import Markup, escape

Tone = Literal["good", "bad", "plain"]

ROW, AXIS = 46, 34  # heights in pixels
TEXT_AT, MARK_AT, TRACK = 15, 29, 8  # within a row


class Axis(NamedTuple):
    """What is measured: from `low` to `high`, bars beginning at `origin`, or dots alone without one."""

    low: float
    high: float
    ticks: Sequence[float]
    unit: str
    origin: float | None
    is_signed: bool = False

    def place(self, value: float) -> float:
        """Percent of the width; what lies outside is drawn at the edge."""
        inside = min(max(value, self.low), self.high)
        return round(100 * (inside - self.low) / (self.high - self.low), 2)

    def told(self, tick: float) -> str:
        text = f"{tick:+,.6g}" if self.is_signed and tick else f"{tick:,.6g}"
        return text.replace("-", "−")


class Row(NamedTuple):
    """One mark; without a place there is no data, and `value` says so."""

    label: str
    value: str
    at: float | None
    tone: Tone = "plain"


POINTS = Axis(0, 100, (0, 25, 50, 75, 100), "points of 100", 0)
VELOCITY = Axis(0, 100, (0, 25, 50, 75, 100), "points of 100; 50 is as it was", 50)
PERCENTILES = Axis(0, 100, (0, 25, 50, 75, 100), "percentile: the percent of people at or below", None)


def diverging(values: Sequence[float], unit: str, *, least: float, most: float) -> Axis:
    """An axis around zero for all of the values, between ±least and ±most."""
    reach = min(max(ceiling(max(map(abs, values), default=0)), least), most)
    return Axis(-reach, reach, (-reach, -reach / 2, 0, reach / 2, reach), unit, 0, is_signed=True)


def from_zero(values: Sequence[float], unit: str) -> Axis:
    high = ceiling(max(values, default=0)) or 1.0
    return Axis(0, high, (0, high / 2, high), unit, 0)


def around(values: Sequence[float], unit: str) -> Axis:
    """An axis of dots for values of which a change counts, and not their distance from zero."""
    low, high = min(values), max(values)
    step = ceiling((high - low) / 2) or 1.0
    first = floor(low / step)
    ticks = [step * count for count in range(first, max(first + 1, ceil(high / step)) + 1)]
    return Axis(ticks[0], ticks[-1], ticks, unit, None)


def ceiling(value: float) -> float:
    """A round number at or above: 1, 2, 4, 5, 6 or 8 times a power of ten, which halve well."""
    if value <= 0:
        return 0
    power = 10.0 ** (len(str(int(value))) - 1) if value >= 1 else 0.1
    return next(step * power for step in (1, 2, 4, 5, 6, 8, 10) if step * power >= value)


def chart(name: str, title: str, description: str, rows: Sequence[Row], axis: Axis) -> Markup:
    """The whole image; `name` tells it from others of the same page."""
    height = len(rows) * ROW + AXIS
    drawn = Markup("").join(_row(row, index * ROW, axis) for index, row in enumerate(rows))
    return Markup(
        '<svg class="chart" width="100%" height="{height}" role="img" aria-labelledby="{name}-t {name}-d">'
        '<title id="{name}-t">{title}</title><desc id="{name}-d">{description}</desc>{grid}{drawn}</svg>'
    ).format(
        height=height,
        name=name,
        title=title,
        description=description,
        grid=_grid(axis, len(rows) * ROW),
        drawn=drawn,
    )


def told(rows: Sequence[Row]) -> str:
    """The rows in words, for whoever does not see them."""
    return "; ".join(f"{row.label}: {row.value}" for row in rows) + "."


def _grid(axis: Axis, bottom: int) -> Markup:
    lines = [
        Markup('<line class="{kind}" x1="{x}%" x2="{x}%" y1="18" y2="{bottom}"/>').format(
            kind="origin" if tick == axis.origin else "grid", x=axis.place(tick), bottom=bottom
        )
        for tick in axis.ticks
    ]
    labels = [
        Markup('<text class="tick {anchor}" x="{x}%" y="{y}">{text}</text>').format(
            anchor=_anchor(axis.place(tick)), x=axis.place(tick), y=bottom + 14, text=axis.told(tick)
        )
        for tick in axis.ticks
    ]
    unit = Markup('<text class="unit middle" x="50%" y="{}">{}</text>').format(bottom + 30, axis.unit)
    return Markup("").join([*lines, *labels, unit])


def _anchor(place: float) -> str:
    return "start" if place < 2 else "end" if place > 98 else "middle"


def _row(row: Row, top: int, axis: Axis) -> Markup:
    names = Markup(
        '<text class="name" y="{y}">{label}</text><text class="value end" x="100%" y="{y}">{value}</text>'
    )
    track = Markup('<line class="{kind}" x1="0%" x2="100%" y1="{y}" y2="{y}"/>')
    head = names.format(y=top + TEXT_AT, label=escape(row.label), value=escape(row.value))
    line = track.format(kind="track" if row.at is not None else "track unknown", y=top + MARK_AT)
    return head + line + (_mark(row, row.at, top + MARK_AT, axis) if row.at is not None else Markup(""))


def _mark(row: Row, at: float, y: int, axis: Axis) -> Markup:
    dot = Markup('<circle class="dot {tone}" cx="{x}%" cy="{y}" r="6"/>').format(
        tone=row.tone, x=axis.place(at), y=y
    )
    if axis.origin is None:
        return dot
    start, end = sorted((axis.place(axis.origin), axis.place(at)))
    bar = Markup('<rect class="bar {tone}" x="{x}%" y="{y}" width="{width}%" height="{height}"/>').format(
        tone=row.tone, x=start, y=y - TRACK // 2, width=round(end - start, 2), height=TRACK
    )
    return bar + dot
