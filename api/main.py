"""The application: routes, errors as JSON, connections for the life of the process."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.types import ASGIApp

from api.deps import open_resources
from api.direct import Direct
from api.fast_path import FastPath
from api.measures import Measured
from api.pages.site import page_routes
from api.problems import HANDLERS
from api.routes import (
    admin,
    coaching,
    engagement,
    health,
    intelligence,
    leaderboard,
    metrics,
    openapi,
    preferences,
    reports,
    weekly_brief,
)
from api.security import ALWAYS, SecurityHeaders, cross_origin
from api.settings import ApiSettings

MODULES = (
    weekly_brief,
    intelligence,
    reports,
    coaching,
    leaderboard,
    preferences,
    engagement,
    health,
    admin,
    metrics,
    openapi,
)


def create_app(settings: ApiSettings) -> ASGIApp:
    """The API over the PostgreSQL and Redis that the settings name."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, Any]]:
        async with open_resources(settings) as held:
            gc.freeze()  # what was imported stays: to walk over it takes longer than an answer may
            yield {"resources": held}
            gc.unfreeze()

    app = Starlette(
        routes=[*(route for module in MODULES for route in module.routes), *page_routes(settings.demo_login)],
        middleware=[cross_origin(settings)],
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    direct = Direct(SecurityHeaders(Measured(app)), leaderboard.PATHS, ALWAYS)
    return FastPath(direct, ALWAYS)


def __getattr__(name: str) -> ASGIApp:
    """`app`, made when a server asks for `api.main:app`: importing this module reads no environment."""
    if name == "app":
        return create_app(ApiSettings.model_validate({}))
    raise AttributeError(name)
