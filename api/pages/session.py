"""Who looks at a page: the user's own token, in a cookie that no script can read and no other site can use."""

from collections.abc import Awaitable, Callable
from functools import wraps
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.callers import reader_of
from api.deps import Resources
from api.pages.rendering import html
from api.reading import FAILURES

COOKIE = "almanac_session"
LOGIN, HOME = "/login", "/dashboard"
REFUSED = {404: "There is nothing here", 429: "One moment, please", 503: "This cannot be read at the moment"}


class Visit(NamedTuple):
    """A request for a page, and who is behind it."""

    request: Request
    held: Resources
    user_id: int


Page = Callable[[Visit], Awaitable[Response]]


def page(shown: Page) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a page for somebody signed in; whatever stands against it is told as a page too."""

    @wraps(shown)
    async def endpoint(request: Request) -> Response:
        try:
            held, user_id = await reader_of(as_bearer(request))
            return await shown(Visit(request, held, user_id))
        except HTTPException as error:
            return sign_in(request) if error.status_code == 401 else refuse(request, error)
        except FAILURES:
            detail = "Nothing is lost. This page tries again by itself in a few seconds."
            return refuse(request, HTTPException(503, detail, {"Retry-After": "5"}))

    return endpoint


def as_bearer(request: Request, token: str | None = None) -> Request:
    """The request as it would come from a program: the cookie's token, or this one, where a program sends its own."""
    token = request.cookies.get(COOKIE, "") if token is None else token
    headers = [one for one in request.scope["headers"] if one[0] != b"authorization"]
    headers.append((b"authorization", b"Bearer " + token.encode("latin-1", "replace")))
    return Request({**request.scope, "headers": headers}, request.receive)


def refuse(request: Request, error: HTTPException) -> Response:
    title = REFUSED.get(error.status_code, "That did not work")
    told = error.detail[:1].upper() + error.detail[1:]
    headers = {"Cache-Control": "no-store", **(error.headers or {})}
    return html(request, "refused.html", error.status_code, headers, title=title, detail=told)


def sign_in(request: Request) -> Response:
    """To the login; but who comes by a link of another site may well be signed in, and only their browser keeps
    the cookie back (SameSite=Strict): they come once more, from here."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        headers = {"Cache-Control": "no-store"}
        return html(request, "once_more.html", headers=headers, address=address_of(request))
    return RedirectResponse(f"{LOGIN}?next={quote(address_of(request), safe='')}", 303)


def address_of(request: Request) -> str:
    """Path and query, as they may be asked for again."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def safe_target(wanted: str) -> str:
    """Where to go after the login: an address of ours, or the start. Browsers read a backslash as a slash."""
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_ours and not wanted.startswith(LOGIN) else HOME


def require_same_origin(request: Request) -> None:
    """For whatever changes something: 403 unless one of our own pages asks. A browser always sends one of the two."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        is_ours = site == "same-origin"
    else:
        is_ours = origin is not None and origin.partition("://")[2] == request.headers.get("host")
    if not is_ours:
        raise HTTPException(403, "this can be asked for by a page of this site only")


def begin(response: Response, request: Request, token: str, seconds: int) -> None:
    response.set_cookie(
        COOKIE,
        token,
        max_age=seconds,
        path="/",
        secure=not is_local(request),
        httponly=True,
        samesite="strict",
    )


def end(response: Response, request: Request) -> None:
    response.delete_cookie(COOKIE, path="/", secure=not is_local(request), httponly=True, samesite="strict")


def is_local(request: Request) -> bool:
    """Whether it is served to this machine alone, where there is no TLS."""
    host = request.url.hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
