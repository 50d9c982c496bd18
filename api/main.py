"""The application: routes, errors as JSON, connections for the life of the process."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import psycopg
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response

from api.deps import open_resources
from api.routes import health, leaderboard, weekly_brief
from api.settings import ApiSettings

log = logging.getLogger(__name__)


def create_app(settings: ApiSettings) -> Starlette:
    """The API over the PostgreSQL and Redis that the settings name."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, Any]]:
        async with open_resources(settings) as held:
            yield {"resources": held}

    return Starlette(
        routes=[*weekly_brief.routes, *leaderboard.routes, *health.routes],
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=settings.allowed_origins,
                allow_methods=["GET"],
                allow_headers=["Authorization", "If-None-Match"],
                expose_headers=["ETag"],
            )
        ],
        exception_handlers={
            HTTPException: refuse,
            psycopg.Error: excuse,
            TimeoutError: excuse,
            Exception: admit,
        },
        lifespan=lifespan,
    )


def error_answer(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    body = orjson.dumps({"message": message})
    headers = {"Cache-Control": "no-store", **(headers or {})}
    return Response(body, status, headers, "application/json")


async def refuse(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return error_answer(error.status_code, error.detail, dict(error.headers or {}))


async def excuse(_: Request, error: Exception) -> Response:
    """PostgreSQL cannot answer and Redis has nothing. Its own words may hold values: log the kind only."""
    log.error("no answer from PostgreSQL: %s %s", type(error).__name__, getattr(error, "sqlstate", None))
    message = "this cannot be read at the moment; try again in a few seconds"
    return error_answer(503, message, {"Retry-After": "5"})


async def admit(_: Request, _error: Exception) -> Response:
    return error_answer(500, "something went wrong on our side; it has been recorded")


def __getattr__(name: str) -> Starlette:
    """`app`, made when a server asks for `api.main:app`: importing this module reads no environment."""
    if name == "app":
        return create_app(ApiSettings.model_validate({}))
    raise AttributeError(name)
