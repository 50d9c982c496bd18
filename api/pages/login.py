"""Signing in and out. A person brings the token of the app; a demo shows one of its own people."""

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import parse_qs

import jwt
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.callers import reader_of
from api.deps import resources
from api.pages.rendering import html
from api.pages.session import LOGIN, as_bearer, begin, end, require_same_origin, safe_target
from include.core import tokens

DEMO_SECONDS = 24 * 3600
MOST_BYTES = 8192


async def get_login(demo: str, request: Request) -> Response:
    return show(request, demo, request.query_params.get("next", ""))


def show(request: Request, demo: str, target: str, status: int = 200, problem: str = "") -> Response:
    headers = {"Cache-Control": "no-store"}
    return html(
        request, "login.html", status, headers, demo=demo, target=safe_target(target), problem=problem
    )


async def post_login(demo: str, request: Request) -> Response:
    """Takes the token, or makes that of the demo; keeps it after the check that every other request passes too."""
    target = ""
    try:
        require_same_origin(request)
        form = await read_form(request)
        target = form.get("next", "")
        token = demo_token(request, demo) if demo and "demo" in form else form.get("token", "")
        await reader_of(as_bearer(request, token))
    except HTTPException as error:
        return show(request, demo, target, error.status_code, error.detail)
    response = RedirectResponse(safe_target(target), 303, {"Cache-Control": "no-store"})
    begin(response, request, token, seconds_left(token))
    return response


async def post_logout(request: Request) -> Response:
    require_same_origin(request)
    response = RedirectResponse(LOGIN, 303)
    end(response, request)
    return response


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form, the first value each."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413, "that is too long for a token")
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
    return {name: values[0].strip() for name, values in fields.items()}


def demo_token(request: Request, external_id: str) -> str:
    secret = resources(request).keys.unnamed.get_secret_value()
    return tokens.issue(secret, external_id, datetime.now(UTC), timedelta(seconds=DEMO_SECONDS))


def seconds_left(token: str) -> int:
    """Until a verified token expires: the cookie lives no longer."""
    claims = jwt.decode(token, options={"verify_signature": False})
    return max(0, int(claims["exp"] - time.time()))


def routes(demo: str) -> list[Route]:
    """`demo`: the external id of whom the demo shows; empty = no such login."""
    return [
        Route(LOGIN, partial(get_login, demo)),
        Route(LOGIN, partial(post_login, demo), methods=["POST"]),
        Route("/logout", post_logout, methods=["POST"]),
    ]
