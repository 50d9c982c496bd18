"""The reliability curve as one SVG image. Pure.

Read as a person reads it: a point above the diagonal was answered more often than predicted. It follows the reader's
light or dark scheme and can be read at 320 px.
"""

from collections.abc import Sequence

from include.coaching.calibration.models import Point

SIZE, LEFT, TOP, SIDE = 320, 40, 34, 240  # of the image; of its square
STYLE = (
    ".almanac-curve{--ink:#374151;--point:#1d4ed8;--grid:#d1d5db;font:11px sans-serif}"
    "@media(prefers-color-scheme:dark){.almanac-curve{--ink:#e5e7eb;--point:#60a5fa;--grid:#4b5563}}"
    ".almanac-curve text{fill:var(--ink)}.almanac-curve .e{text-anchor:end}.almanac-curve .m{text-anchor:middle}"
    ".almanac-curve .g{stroke:var(--grid);fill:none}.almanac-curve .d{stroke-dasharray:4 4}"
    ".almanac-curve .i{stroke:var(--point);fill:none}.almanac-curve .l{stroke:var(--point);fill:none;stroke-width:2}"
    ".almanac-curve .p{fill:var(--point)}"
)


def chart(found: Sequence[Point], title: str) -> str:
    """Predicted effectiveness across, share answered up, each with its interval. `title` is text of the product."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {TOP + SIDE + 44}" width="100%" '
        f'class="almanac-curve" style="max-width:640px" role="img" aria-labelledby="curve-title curve-text">'
        f'<title id="curve-title">{title}</title><desc id="curve-text">{description(found)}</desc>'
        f"<style>{STYLE}</style>{_frame()}{_line(found)}{''.join(map(_dot, found))}</svg>\n"
    )


def description(found: Sequence[Point]) -> str:
    """What the picture shows, in words."""
    if not found:
        return "No message was sent."
    told = (f"rating {one.rating}: {one.answered.value:.0%} of {one.messages:,}" for one in found)
    return f"Share of messages that were answered, by predicted rating. {'; '.join(told)}."


def _frame() -> str:
    bottom, right = TOP + SIDE, LEFT + SIDE
    ticks = "".join(
        f'<text class="e" x="{LEFT - 6}" y="{_y(share) + 4:g}">{share:.0%}</text>'
        f'<text class="m" x="{_x(share):g}" y="{bottom + 16}">{1 + 9 * share:g}</text>'
        for share in (0.0, 1 / 3, 2 / 3, 1.0)
    )
    return (
        f'<text x="{LEFT}" y="14">Answered, by predicted effectiveness</text>'
        f'<path class="g" d="M{LEFT} {TOP}H{right}V{bottom}H{LEFT}Z"/>'
        f'<path class="g d" d="M{LEFT} {bottom}L{right} {TOP}"/>{ticks}'
        f'<text class="m" x="{LEFT + SIDE / 2:g}" y="{bottom + 34}">predicted rating (dashed: as predicted)</text>'
    )


def _line(found: Sequence[Point]) -> str:
    if not found:
        return ""
    along = "L".join(f"{_x(one.predicted):.1f} {_y(one.answered.value):.1f}" for one in found)
    return f'<path class="l" d="M{along}"/>'


def _dot(one: Point) -> str:
    x, high, low = _x(one.predicted), _y(one.answered.high), _y(one.answered.low)
    return (
        f'<path class="i" d="M{x:.1f} {high:.1f}V{low:.1f}M{x - 4:.1f} {high:.1f}h8M{x - 4:.1f} {low:.1f}h8"/>'
        f'<circle class="p" cx="{x:.1f}" cy="{_y(one.answered.value):.1f}" r="3.5"/>'
    )


def _x(share: float) -> float:
    return LEFT + share * SIDE


def _y(share: float) -> float:
    return TOP + SIDE * (1 - share)
