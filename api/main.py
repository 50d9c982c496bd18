"""The application: routes, errors as JSON, connections for the life of the process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from api.deps import open_resources
from api.fast_path import FastPath
from api.pages.site import page_routes
from api.problems import HANDLERS
from api.routes import (
    coaching,
    engagement,
    health,
    intelligence,
    leaderboard,
    preferences,
    reports,
    weekly_brief,
)
from api.settings import ApiSettings

MODULES = (weekly_brief, intelligence, reports, coaching, leaderboard, preferences, engagement, health)


def create_app(settings: ApiSettings) -> ASGIApp:
    """The API over the PostgreSQL and Redis that the settings name."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, Any]]:
        async with open_resources(settings) as held:
            yield {"resources": held}

    app = Starlette(
        routes=[*(route for module in MODULES for route in module.routes), *page_routes(settings.demo_login)],
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=settings.allowed_origins,
                allow_methods=["GET", "PATCH", "POST"],
                allow_headers=["Authorization", "Content-Type", "If-None-Match"],
                expose_headers=[
                    "ETag",
                    "Age",
                    "Retry-After",
                    "Almanac-Generated-At",
                    "Almanac-Stale",
                    "Almanac-Refreshing",
                ],
            )
        ],
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    return FastPath(app)


def __getattr__(name: str) -> ASGIApp:
    """`app`, made when a server asks for `api.main:app`: importing this module reads no environment."""
    if name == "app":
        return create_app(ApiSettings.model_validate({}))
    raise AttributeError(name)
