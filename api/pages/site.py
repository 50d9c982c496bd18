"""All pages, for the application to mount."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.pages import brief, coaching, dashboard, intelligence, learning, login, rendering
from api.pages.session import HOME, as_bearer, require_same_origin
from api.routes.engagement import post_events


async def get_start(_: Request) -> Response:
    return RedirectResponse(HOME, 303)


async def post_own_events(request: Request) -> Response:
    """The endpoint of events, for our own pages, which have the cookie and not the token."""
    require_same_origin(request)
    return await post_events(as_bearer(request))


def page_routes(demo_login: str) -> list[Route]:
    """`demo_login`: the external id of whom the demo shows without a token; empty = nobody."""
    return [
        Route("/", get_start),
        Route("/events", post_own_events, methods=["POST"]),
        *login.routes(demo_login),
        *dashboard.routes,
        *brief.routes,
        *intelligence.routes,
        *learning.routes,
        *coaching.routes,
        *rendering.routes,
    ]
