"""The board and the learner's monthly report as pages."""

import asyncio
from datetime import date
from typing import Any

import orjson
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from api import sources
from api.board_views import Asked
from api.leaderboards import find_board
from api.pages.charts import Axis, Row, Tone, chart, told
from api.pages.rendering import HEADERS, html
from api.pages.session import Visit, page
from api.pages.standing import Standing, standing
from api.pages.words import ago
from api.reading import FAILURES
from api.routes.leaderboard import asked_board, asked_period
from api.routes.reports import IMAGE_ONLY, SVG, asked_month
from include.core.boards import BOARDS
from include.core.periods import Month

PERCENT = Axis(0, 100, (0, 25, 50, 75, 100), "percent right", 0)
CONCEPTS: tuple[tuple[str, str, Tone], ...] = (
    ("strongest", "What you know best", "good"),
    ("weakest", "What could use practice", "bad"),
)
NEIGHBOURS = 2
AT_ONCE = 20  # rows of a board; the rest on demand


@page
async def get_leaderboard(visit: Visit) -> Response:
    board = asked_board(visit.request)
    period = asked_period(visit.request, board)
    asked = Asked(board, period, visit.user_id, NEIGHBOURS, with_top=True)
    seen = await find_board(visit.held, asked)
    values: dict[str, Any] = {"reader": visit.user_id, "board": board, "boards": BOARDS}
    if seen is None:
        return html(visit.request, "leaderboard.html", **values, shown=None, own=None, around=[])
    shown = orjson.loads(seen.top)
    own = seen.user_rank
    first, rest = shown["leaderboard"][:AT_ONCE], shown["leaderboard"][AT_ONCE:]
    is_listed = any(row["user_id"] == visit.user_id for row in first)
    return html(
        visit.request,
        "leaderboard.html",
        **values,
        shown=shown,
        standing=Standing("fresh" if seen.stale_s is None else "stale", "", "", ago(seen.stale_s or 0)),
        first=first,
        rest=rest,
        begins=date.fromisoformat(shown["period"]),
        learners=seen.learners,
        own=own,
        around=[] if is_listed else seen.around,
    )


@page
async def get_report(visit: Visit) -> Response:
    month = asked_month(visit.request)
    found = await visit.held.reader.read(sources.report(visit.held, visit.user_id, month))
    if found.entry.is_absent or found.entry.is_empty:
        status = 404 if month else 200
        return html(
            visit.request, "report_none.html", status, reader=visit.user_id, month=month and month.first
        )
    report = orjson.loads(found.entry.plain())
    shown = Month.parse(report["month"])
    return html(
        visit.request,
        "report.html",
        reader=visit.user_id,
        report=report,
        month=shown.first,
        before=await month_before(visit, shown),
        concepts=concept_charts(report),
        standing=standing(found),
    )


@page
async def get_chart(visit: Visit) -> Response:
    """The report's picture, a document of its own: it brings its colours along, and may do nothing else."""
    found = await visit.held.reader.read(sources.chart(visit.held, visit.user_id, asked_month(visit.request)))
    if found.entry.is_absent:
        raise HTTPException(404, "you have no report of that month")
    headers = {**HEADERS, **IMAGE_ONLY, "ETag": found.entry.etag}
    return Response(found.entry.plain(), headers=headers, media_type=SVG)


async def month_before(visit: Visit, month: Month) -> date | None:
    """The month before, where there is a report of it and that can be said at once."""
    earlier = month.first.replace(year=month.first.year - 1, month=12) if month.first.month == 1 else None
    earlier = earlier or month.first.replace(month=month.first.month - 1)
    source = sources.report(visit.held, visit.user_id, Month(earlier))
    try:
        found = await asyncio.wait_for(visit.held.reader.read(source), 1.0)
    except FAILURES:
        return None
    return None if found.entry.is_absent or found.entry.is_empty else earlier


def concept_charts(report: dict[str, Any]) -> list[tuple[str, str, Markup]]:
    """(heading, name, chart) of the strongest and the weakest concepts; what there are."""
    return [
        (heading, name, concept_chart(name, heading, tone, report[name]))
        for name, heading, tone in CONCEPTS
        if report.get(name)
    ]


def concept_chart(name: str, heading: str, tone: Tone, concepts: list[dict[str, Any]]) -> Markup:
    rows = [
        Row(one["concept"], f"{one['accuracy']:.0f} % of {one['attempts']}", one["accuracy"], tone)
        for one in concepts
    ]
    return chart(name, heading, told(rows), rows, PERCENT)


routes = [
    Route("/leaderboard", get_leaderboard),
    Route("/report", get_report),
    Route("/report/{month}", get_report),
    Route("/report/{month}/chart.svg", get_chart),
]
