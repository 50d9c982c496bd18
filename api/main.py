"""The application: routes, errors as JSON, connections for the life of the process."""

import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
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


@contextmanager
def rare_collections() -> Iterator[None]:
    """What was imported stays: to walk over it takes longer than an answer may. And thousands of requests at once
    are no reason to look for garbage among them again and again."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def create_app(settings: ApiSettings) -> ASGIApp:
    """The API over the PostgreSQL and Redis that the settings name."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, Any]]:
        async with open_resources(settings) as held:
            with rare_collections():
                yield {"resources": held}

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
