"""A user's own weekly briefs."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.answers import personal
from api.auth import verified_external_id
from api.briefs import find_latest_brief, find_user, find_week_brief
from api.deps import Resources, resources
from include.core.periods import BadPeriod, Week

NOTHING_YET = "no brief has been published for you yet; they appear on Mondays, once there is data of yours"


async def get_latest(request: Request) -> Response:
    held = resources(request)
    external_id = verified_external_id(request, held.token_secret)
    brief = await find_latest_brief(held, await known_user(held, external_id))
    if brief is None:
        raise HTTPException(404, NOTHING_YET)
    return personal(request, brief.body)


async def get_week(request: Request) -> Response:
    held = resources(request)
    external_id = verified_external_id(request, held.token_secret)
    week = parse_week(request.path_params["week_of"])
    user_id = await known_user(held, external_id)
    brief = await find_week_brief(held, user_id, week.week_of)
    if brief is None:
        raise HTTPException(404, await what_there_is(held, user_id, week))
    return personal(request, brief.body)


async def known_user(held: Resources, external_id: str) -> int:
    user_id = await find_user(held, external_id)
    if user_id is None:
        raise HTTPException(404, "the user of this token is not known here; load their data first")
    return user_id


def parse_week(key: str) -> Week:
    try:
        return Week.parse(key)
    except BadPeriod as error:
        raise HTTPException(400, str(error)) from None


async def what_there_is(held: Resources, user_id: int, week: Week) -> str:
    """Why there is no brief of the week, and which to ask for instead."""
    newest = await find_latest_brief(held, user_id)
    if newest is None:
        return NOTHING_YET
    return (
        f"you have no brief of {week.key}; your newest is that of {newest.week_of}: "
        f"/api/v1/weekly-brief/{newest.week_of}"
    )


routes = [
    Route("/api/v1/weekly-brief", get_latest),
    Route("/api/v1/weekly-brief/{week_of}", get_week),
]
