"""Every error as problem+json (RFC 9457), with what to do; never SQL, a trace or a value."""

import logging
from http import HTTPStatus

import orjson
import psycopg
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5


class Problem(HTTPException):
    """An error that a program may want to tell from others of the same status: by its kind."""

    def __init__(self, status: int, kind: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, detail, headers)
        self.kind = kind


def problem(
    status: int, detail: str, headers: dict[str, str] | None = None, kind: str | None = None
) -> Response:
    """The answer. Without a kind the status says it all."""
    body = {
        "type": f"urn:almanac:problem:{kind}" if kind else "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    return Response(orjson.dumps(body), status, {"Cache-Control": "no-store", **(headers or {})}, MEDIA_TYPE)


async def refuse(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, error.detail, dict(error.headers or {}), getattr(error, "kind", None))


async def excuse(_: Request, error: Exception) -> Response:
    """PostgreSQL cannot answer and nobody has last good bytes. Its own words may hold values: log the kind only."""
    log.error("no answer from PostgreSQL: %s %s", type(error).__name__, getattr(error, "sqlstate", None))
    detail = "this cannot be read at the moment; try again in a few seconds"
    return problem(503, detail, {"Retry-After": str(RETRY_AFTER_S)}, "unavailable")


async def admit(_: Request, _error: Exception) -> Response:
    return problem(500, "something went wrong on our side; it has been recorded", kind="internal")


HANDLERS = {HTTPException: refuse, psycopg.Error: excuse, TimeoutError: excuse, Exception: admit}
