"""A learner's monthly reports and their charts."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import sources
from api.answers import JSON, answer
from api.callers import reader_of
from api.deps import Resources
from api.problems import Problem
from api.reading import Source
from include.core.periods import BadPeriod, Month

SVG = "image/svg+xml"
# An image that a browser opens by itself must not run or fetch anything.
IMAGE_ONLY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


async def get_report(request: Request) -> Response:
    return await told(request, sources.report, JSON)


async def get_chart(request: Request) -> Response:
    return await told(request, sources.chart, SVG, IMAGE_ONLY)


async def told(
    request: Request,
    source: Callable[[Resources, int, Month | None], Source],
    media_type: str,
    headers: dict[str, str] | None = None,
) -> Response:
    month = asked_month(request)
    held, user_id = await reader_of(request)
    found = await held.reader.read(source(held, user_id, month))
    if found.entry.is_absent or found.entry.is_empty:
        raise nothing(month)
    return answer(request, found, media_type, headers)


def nothing(month: Month | None) -> Problem:
    if month is None:
        detail = "no monthly report has been published for you yet; they appear on the 1st, after a month of learning"
        return Problem(404, "nothing-published", detail)
    detail = f"you have no report of {month.key}; your newest is at /api/v1/reports/monthly"
    return Problem(404, "no-such-month", detail)


def asked_month(request: Request) -> Month | None:
    key = request.path_params.get("month")
    try:
        return Month.parse(key) if key else None
    except BadPeriod as error:
        raise Problem(400, "bad-period", str(error)) from None


routes = [
    Route("/api/v1/reports/monthly", get_report),
    Route("/api/v1/reports/monthly/chart.svg", get_chart),
    Route("/api/v1/reports/monthly/{month}", get_report),
    Route("/api/v1/reports/monthly/{month}/chart.svg", get_chart),
]
