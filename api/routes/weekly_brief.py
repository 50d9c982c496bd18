"""A user's own weekly briefs."""

from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.answers import answer
from api.briefs import find_latest_brief, find_latest_week, find_week_brief
from api.callers import reader_of
from api.deps import Resources
from api.problems import Problem
from include.core.periods import BadPeriod, Week

NOTHING_YET = "no brief has been published for you yet; they appear on Mondays, once there is data of yours"


async def get_latest(request: Request) -> Response:
    held, user_id = await reader_of(request)
    found = await find_latest_brief(held, user_id)
    if found.entry.is_absent:
        raise nothing_yet()
    return answer(request, found)


async def get_week(request: Request) -> Response:
    held, user_id = await reader_of(request)
    week = parse_week(request.path_params["week_of"])
    found = await find_week_brief(held, user_id, week.week_of)
    if found.entry.is_absent:
        raise await what_there_is(held, user_id, week)
    return answer(request, found)


def nothing_yet() -> Problem:
    return Problem(404, "nothing-published", NOTHING_YET)


def parse_week(key: str) -> Week:
    try:
        return Week.parse(key)
    except BadPeriod as error:
        raise Problem(400, "bad-period", str(error)) from None


async def what_there_is(held: Resources, user_id: int, week: Week) -> Problem:
    """Why there is no brief of the week, and which to ask for instead."""
    newest = await find_latest_week(held, user_id)
    if newest.entry.is_absent:
        return nothing_yet()
    week_of = date.fromisoformat(newest.entry.body.decode())
    detail = (
        f"you have no brief of {week.key}; your newest is that of {week_of}: /api/v1/weekly-brief/{week_of}"
    )
    return Problem(404, "no-such-week", detail)


routes = [
    Route("/api/v1/weekly-brief", get_latest),
    Route("/api/v1/weekly-brief/{week_of}", get_week),
]
