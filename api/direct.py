"""Endpoints that are asked without the framework around them, by readers whom this process knows.

Half of a leaderboard's answer is a script in Redis and JSON; the other half would be routing, and five layers of
middleware that have nothing to say about it. Whatever is not plain goes on to the application, which says the same:
a test holds both to the same answers.
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.deps import Resources
from api.problems import excuse, refuse
from api.reading import FAILURES

Endpoint = Callable[[Request], Awaitable[Response]]


class Direct:
    """An ASGI application in front of another; `endpoints` by path, for GET."""

    def __init__(
        self, app: ASGIApp, endpoints: Mapping[str, Endpoint], always: list[tuple[bytes, bytes]]
    ) -> None:
        self._app = app
        self._endpoints = endpoints
        self._always = always  # headers of every answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = self._endpoints.get(scope["path"]) if scope["type"] == "http" else None
        response = await self._answer(endpoint, Request(scope)) if endpoint else None
        await (response or self._app)(scope, receive, send)

    async def _answer(self, endpoint: Endpoint, request: Request) -> Response | None:
        """The endpoint's answer or its refusal; None for who is not known yet, and for another site's page."""
        held: Resources = request.scope["state"]["resources"]
        authorization = request.headers.get("authorization", "").encode("latin-1")
        if (
            request.method != "GET"
            or "origin" in request.headers
            or held.callers.known(authorization) is None
        ):
            return None
        try:
            response = await endpoint(request)
        except HTTPException as error:
            response = await refuse(request, error)
        except FAILURES as error:
            response = await excuse(request, error)
        except Exception:
            return None  # asked once more, where it is recorded
        response.raw_headers.extend(self._always)
        held.measures.short[response.status_code] += 1
        return response
