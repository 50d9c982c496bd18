"""Real Chromium on the pages, over a real server; without Chromium these tests say so and skip."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from psycopg import sql
from redis import Redis

from api.main import create_app
from api.settings import ApiSettings
from tests.api.pages.conftest import world, world_template
from tests.api.pages.test_session import token
from tests.api.pages.world import WORLD
from tests.api.readers import SECRET

__all__ = ["world", "world_template"]  # fixtures
NAMES = ("chromium", "chromium-browser", "google-chrome")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@dataclass
class Site:
    """The pages, and PostgreSQL behind them, which can be taken away."""

    base: str
    world: str
    redis_url: str

    def query(self, text: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.world) as connection:
            return connection.execute(text, values).fetchall()

    def redis(self) -> "Redis[bytes]":
        return Redis.from_url(self.redis_url)

    def take_away(self) -> None:
        self._allow(False)
        with self._maintenance() as server:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (self._name,)
            )

    def bring_back(self) -> None:
        self._allow(True)

    @property
    def _name(self) -> str:
        return self.world.rpartition("/")[2].partition("?")[0]

    def _maintenance(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(self.world.replace(f"/{self._name}", "/postgres"), autocommit=True)

    def _allow(self, allowed: bool) -> None:
        change = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        with self._maintenance() as server:
            server.execute(change.format(sql.Identifier(self._name), sql.Literal(allowed)))


@pytest.fixture(scope="module")  # its event loop runs for as long: no other tests could have one of their own
def chromium() -> Iterator[Browser]:
    path = os.environ.get("ALMANAC_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("there is no Chromium here: `make browser` installs Debian's, or set ALMANAC_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def site(world: str, redis_url: str) -> Iterator[Site]:
    settings = ApiSettings(
        database_url=world,
        redis_url=redis_url,
        api_token_secret=SECRET,
        demo_login=WORLD.full,
        requests_per_minute=100_000,
        database_wait_s=0.5,
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="error", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield Site(f"http://127.0.0.1:{listening.getsockname()[1]}", world, redis_url)
        server.should_exit = True
        thread.join(timeout=10)


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(chromium: Browser, site: Site) -> Iterator[SignIn]:
    """Opens a page of a browser of its own in somebody's name; at the end nothing was wrong in any console."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def signed_in(person: str = WORLD.full, **how: Any) -> Page:
        context = chromium.new_context(base_url=site.base, **{"viewport": PHONE, **how})
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.add_cookies([{"name": "almanac_session", "value": token(person), "url": site.base}])
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        return page

    yield signed_in
    for context in contexts:
        context.close()
    # What a test takes away on purpose is missed by the browser too; anything else is a mistake of ours.
    assert [text for text in wrong if "Failed to load resource" not in text] == []


def until(found: Callable[[], Any], bound_s: float = 10.0) -> Any:
    """What is there at last; the browser sends in its own time."""
    ends = time.monotonic() + bound_s
    while not (value := found()):
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.05)
    return value
