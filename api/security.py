"""What browsers are told of every answer, and which other sites may ask through them."""

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.settings import ApiSettings

# Pages and images say more exactly what they may load; what is not a page loads nothing.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}
ALWAYS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
TOLD = ["ETag", "Age", "Retry-After", "Almanac-Generated-At", "Almanac-Stale", "Almanac-Refreshing"]


class SecurityHeaders:
    """An ASGI application in front of another: adds what an answer does not say by itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sent if scope["type"] == "http" else send)


def cross_origin(settings: ApiSettings) -> Middleware:
    """Listed sites only, with the token that their script has: no cookie crosses, and no administrator's key."""
    return Middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=["GET", "PATCH", "POST"],
        allow_headers=["Authorization", "Content-Type", "If-None-Match"],
        expose_headers=TOLD,
    )
