"""One world of people for all tests of the pages, copied for each that changes it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis import Redis
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import ApiSettings
from tests.api.pages.world import WORLD, template
from tests.api.readers import SECRET
from tests.conftest import copy_of


@pytest.fixture(scope="session")
def world_template(postgres_server: str) -> str:
    return template(postgres_server)


@pytest.fixture
def world(postgres_server: str, world_template: str) -> Iterator[str]:
    """URL of a copy, to be changed."""
    with copy_of(postgres_server, world_template) as url:
        yield url


@contextmanager
def opened(url: str, redis_url: str, demo: str = WORLD.full) -> Iterator[TestClient]:
    settings = ApiSettings(
        database_url=url,
        redis_url=redis_url,
        api_token_secret=SECRET,
        demo_login=demo,
        requests_per_minute=100_000,
    )
    with TestClient(create_app(settings), base_url="http://localhost", follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def shared_site(postgres_server: str, world_template: str, redis_server: str) -> Iterator[TestClient]:
    """The application on its pages, for tests that change nothing."""
    with copy_of(postgres_server, world_template) as url, Redis.from_url(redis_server) as client:
        client.flushall()
        with opened(url, redis_server) as pages:
            yield pages


@pytest.fixture
def site(shared_site: TestClient) -> TestClient:
    """The same without a session."""
    shared_site.cookies.clear()
    return shared_site


@pytest.fixture
def own_site(world: str, redis_url: str) -> Iterator[TestClient]:
    """The same over the world of this test alone."""
    with opened(world, redis_url) as pages:
        yield pages
