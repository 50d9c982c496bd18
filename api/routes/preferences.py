"""What a user chose, and choosing."""

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import sources
from api.answers import answer
from api.bodies import sent_object
from api.callers import reader_of
from api.problems import Problem
from api.queries import set_preferences
from api.routes.weekly_brief import nothing_yet
from api.writing import store
from include.core import cache_keys


async def get_preferences(request: Request) -> Response:
    held, user_id = await reader_of(request)
    return answer(request, await held.reader.read(sources.preferences(held, user_id)))


async def change_preferences(request: Request) -> Response:
    """All of the changes or none of them; answers what holds now."""
    held, user_id = await reader_of(request)
    changes = orjson.dumps(await sent_object(request)).decode()
    told = orjson.loads(await store(held, lambda asked: set_preferences(asked, user_id, changes)))
    if told["refused"]:
        reasons = "; ".join(f"{one['name']}: {one['reason']}" for one in told["refused"])
        raise Problem(422, "refused-preferences", f"nothing was changed. {reasons}")
    for key in (cache_keys.preferences(user_id), cache_keys.notification_state(user_id)):
        await held.reader.forget(key)
    return answer(request, await held.reader.read(sources.preferences(held, user_id)))


async def get_notification_state(request: Request) -> Response:
    """How the newest brief was taken, and whether it is due to be shown by itself."""
    held, user_id = await reader_of(request)
    found = await held.reader.read(sources.notification_state(held, user_id))
    if found.entry.is_absent:
        raise nothing_yet()
    return answer(request, found)


routes = [
    Route("/api/v1/preferences", get_preferences),
    Route("/api/v1/preferences", change_preferences, methods=["PATCH"]),
    Route("/api/v1/notification-state", get_notification_state),
]
