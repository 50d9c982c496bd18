"""The requests that come most often, answered before anything of the framework runs.

Only what is certain is answered here: a token that was verified within the last minute, a path without
anything to parse, an entry that is there. Everything else goes on to the application, which says the same
and everything else: a test holds both to the same answers.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from starlette.types import ASGIApp, Receive, Scope, Send

from api.answers import JSON, accepts_gzip, described, holds
from api.briefs import find_latest_brief
from api.components import DEFAULT_RANGE, NAMES, component_key, find_component
from api.deps import Resources
from api.reading import FAILURES, Found
from include.core import cache_keys
from include.core.cache_keys import RANGES

Pairs = Sequence[tuple[bytes, bytes]]


class View(NamedTuple):
    """A component as a path names it."""

    name: str
    days: int = DEFAULT_RANGE


def _hot() -> dict[tuple[str, bytes], View]:
    """The views by path and query, as they come."""
    paths = {("/api/v1/weekly-brief", b""): View("brief")}
    for name in NAMES[1:]:
        paths[f"/api/v1/intelligence/{name}", b""] = View(name)
    for days in RANGES:
        paths["/api/v1/intelligence/velocity", f"range={days}".encode()] = View("velocity", days)
    return paths


HOT = _hot()


class Asked(NamedTuple):
    """What a request's headers say that matters here."""

    authorization: bytes
    accept_encoding: str
    if_none_match: str


class FastPath:
    """An ASGI application in front of another."""

    def __init__(self, app: ASGIApp, always: Pairs = ()) -> None:
        self._app = app
        self._always = list(always)  # headers of every answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        view = HOT.get((scope["path"], scope["query_string"])) if scope["type"] == "http" else None
        if view is None or scope["method"] != "GET" or not await self._answered(scope, send, view):
            await self._app(scope, receive, send)

    async def _answered(self, scope: Scope, send: Send, view: View) -> bool:
        held: Resources = scope["state"]["resources"]
        asked = _asked(scope["headers"])
        user_id = held.callers.known(asked.authorization) if asked else None
        if asked is None or user_id is None:
            return False
        found = _at_hand(held, user_id, view) or await _looked_up(held, user_id, view)
        if found is None or found.entry.is_absent or not held.limit.admits(user_id):
            return False
        messages = self._messages(found, asked)
        held.measures.short[messages[0]["status"]] += 1
        for message in messages:
            await send(message)
        return True

    def _messages(self, found: Found, asked: Asked) -> tuple[dict[str, Any], ...]:
        """The answer as ASGI sends it; made once for all who take it as it is kept."""
        if asked.if_none_match and holds(asked.if_none_match, found.entry.etag):
            return _message(304, self._always, described(found), b"")
        packed = found.entry.is_packed and accepts_gzip(asked.accept_encoding)
        if found.entry.is_packed and not packed:  # not remembered: it is longer than what memory has room for
            return self._message(found, found.entry.plain(), {})
        if found.as_sent is None:
            encoding = {"Content-Encoding": "gzip"} if packed else {}
            found.as_sent = self._message(found, found.entry.body, encoding)
        messages: tuple[dict[str, Any], ...] = found.as_sent
        return messages

    def _message(self, found: Found, body: bytes, more: dict[str, str]) -> tuple[dict[str, Any], ...]:
        plain = {"Content-Type": JSON, "Content-Length": str(len(body))}
        return _message(200, self._always, {**described(found), **plain, **more}, body)


def _asked(headers: Pairs) -> Asked | None:
    """None for a browser of another site: what it may see is decided elsewhere."""
    authorization, accept_encoding, if_none_match = b"", "", ""
    for name, value in headers:
        if name == b"authorization":
            authorization = value
        elif name == b"accept-encoding":
            accept_encoding = value.decode("latin-1")
        elif name == b"if-none-match":
            if_none_match = value.decode("latin-1")
        elif name == b"origin":
            return None
    return Asked(authorization, accept_encoding, if_none_match)


def _at_hand(held: Resources, user_id: int, view: View) -> Found | None:
    """What this process remembers."""
    if view.name != "brief":
        return held.reader.at_hand(component_key(user_id, *view))
    week = held.newest.week()
    return held.reader.at_hand(cache_keys.brief(user_id, week)) if week else None


async def _looked_up(held: Resources, user_id: int, view: View) -> Found | None:
    """What Redis or PostgreSQL has; how to tell that neither answers is the application's matter."""
    try:
        if view.name == "brief":
            return await find_latest_brief(held, user_id)
        return await find_component(held, user_id, *view)
    except FAILURES:
        return None


def _message(status: int, always: Pairs, headers: dict[str, str], body: bytes) -> tuple[dict[str, Any], ...]:
    pairs = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    return (
        {"type": "http.response.start", "status": status, "headers": [*pairs, *always]},
        {"type": "http.response.body", "body": body},
    )
