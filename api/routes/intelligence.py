"""What is behind a user's newest brief: one component, or many in one request."""

import time
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.answers import answer, personal
from api.callers import reader_of
from api.components import DEFAULT_RANGE, NAMES, bundle, find_component, find_parts, version
from api.problems import Problem
from api.routes.weekly_brief import nothing_yet
from include.core.cache_keys import RANGES

BUNDLED = ("ok", "empty")


async def get_bundle(request: Request) -> Response:
    """Partial success is success: only where nothing at all could be read is it an error."""
    names, days = asked_components(request), asked_range(request)
    held, user_id = await reader_of(request)
    parts = await find_parts(held, user_id, names, days)
    if all(part.found is None for part in parts):
        detail = "none of the components can be read at the moment; try again in a few seconds"
        raise Problem(503, "unavailable", detail, {"Retry-After": "5"})
    for_a_while = all(part.status in BUNDLED for part in parts)
    return personal(request, bundle(parts, time.time()), version=version(parts), for_a_while=for_a_while)


def one_component(name: str) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a component."""

    async def get_component(request: Request) -> Response:
        days = asked_range(request) if name == "velocity" else DEFAULT_RANGE
        held, user_id = await reader_of(request)
        found = await find_component(held, user_id, name, days)
        if found.entry.is_absent:
            raise nothing_yet()
        return answer(request, found)

    return get_component


def asked_components(request: Request) -> list[str]:
    """In the order of `include`, each once; all without one."""
    text = request.query_params.get("include")
    names = list(dict.fromkeys(text.split(","))) if text else list(NAMES)
    if not set(names) <= set(NAMES):
        raise Problem(400, "bad-component", f"`include` is a list with commas of: {', '.join(NAMES)}")
    return names


def asked_range(request: Request) -> int:
    text = request.query_params.get("range", str(DEFAULT_RANGE))
    if text not in {str(days) for days in RANGES}:
        raise Problem(400, "bad-range", f"`range` is one of {', '.join(map(str, RANGES))} days")
    return int(text)


routes = [
    Route("/api/v1/intelligence", get_bundle),
    *(Route(f"/api/v1/intelligence/{name}", one_component(name)) for name in NAMES if name != "brief"),
]
