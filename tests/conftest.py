"""Real servers for the tests: PostgreSQL and Redis in a temporary folder, on free ports."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from xdist.scheduler import LoadScopeScheduling

from include.core.migrate import migrate
from include.core.settings import PROJECT
from include.local import fake_provider, postgres, processes, redis
from tests.mail import Mailbox, mail_sink

FAST = {  # nothing here survives the tests, so nothing is worth waiting for the disk
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
}
TEMPLATE = "almanac_template"


def pytest_configure() -> None:
    """A process among several is told a width, and the command's console would keep it for good."""
    os.environ.pop("COLUMNS", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The whole stack's tests come first: they take longest, and mostly wait."""
    items.sort(key=lambda item: "end_to_end" not in item.path.parts)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Where tests run side by side, those of a file stay together, and those of the whole stack share one."""
    return ByFile(config, log)


class ByFile(LoadScopeScheduling):
    """One stack is enough for all who need it whole."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::")[0]
        return "the whole stack" if "end_to_end" in path else path


@pytest.fixture(scope="module")
def mail_server() -> Iterator[Mailbox]:
    """A real SMTP server that keeps what it is sent."""
    with mail_sink() as mailbox:
        yield mailbox


@pytest.fixture(scope="session")
def stack_home() -> Iterator[Path]:
    """Where the servers of this test session live. Outside pytest's own folder, which is closed to
    the account that PostgreSQL runs under when the tests run as root."""
    home = Path(tempfile.mkdtemp(prefix="almanac-tests-"))
    home.chmod(0o755)
    yield home
    for name in ("redis", "postgres"):
        processes.stop(home, name, bound_s=5)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(stack_home: Path) -> str:
    """URL of the maintenance database of a server of our own."""
    return postgres.start(stack_home, processes.free_port(), tuning=FAST)


@pytest.fixture(scope="session")
def warehouse_template(postgres_server: str) -> str:
    """Name of a migrated, empty database to copy from."""
    migrate(postgres.ensure_database(postgres_server, TEMPLATE))
    return TEMPLATE


@contextmanager
def copy_of(postgres_server: str, template: str) -> Iterator[str]:
    """URL of a database like the template, for as long as the context is open."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        yield postgres.database_url(postgres_server, name)
        server.execute(drop.format(sql.Identifier(name)))


@pytest.fixture
def warehouse(postgres_server: str, warehouse_template: str) -> Iterator[str]:
    """URL of a fresh, migrated warehouse."""
    with copy_of(postgres_server, warehouse_template) as url:
        yield url


@pytest.fixture(scope="session")
def redis_server(stack_home: Path) -> str:
    """URL of a Redis of our own."""
    return redis.start(stack_home, processes.free_port())


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """URL of an empty Redis."""
    from redis import Redis

    with Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real exports; tests that need it skip where it is absent."""
    folder = Path(os.environ.get("ALMANAC_REAL_DATA", PROJECT / "../shared/data")).resolve()
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}: set ALMANAC_REAL_DATA to the folder of exports")
    return folder


@pytest.fixture(scope="session")
def provider_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of a fake provider of our own, whose batches are worked on at once."""
    home = tmp_path_factory.mktemp("provider")
    yield fake_provider.start(home, processes.free_port(), batch_seconds=0)
    fake_provider.stop(home)


@pytest.fixture
def provider(provider_process: str) -> str:
    """The same without faults, limits, bill or batches of the tests before."""
    fake_provider.control(provider_process, "reset", {})
    return provider_process
