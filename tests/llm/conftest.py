"""A provider of our own at the end of a real connection, and a small job that lets it write."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from include.core.db import Connection
from include.llm import ledger
from include.llm.models import Request, WriterSettings
from include.local import fake_provider, processes
from tests.llm.notes import JOB, facts, key_of

LADDER = ("claude-sonnet-5-5", "claude-haiku-5-5")


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("provider")
    yield fake_provider.start(home, processes.free_port(), batch_seconds=0)
    fake_provider.stop(home)


@pytest.fixture
def provider(running: str) -> str:
    """Base URL of a provider without faults, limits or bill."""
    fake_provider.control(running, "reset", {})
    return running


@pytest.fixture
def bill(provider: str) -> Callable[[], dict[str, Any]]:
    """What the provider has billed, by its own account."""
    return lambda: dict(fake_provider.control(provider, "bill"))


@pytest.fixture
def order(provider: str) -> Callable[..., None]:
    """Order faults: order(overloaded=[{"share": 0.3}])."""
    return lambda **faults: fake_provider.control(provider, "faults", faults)


@pytest.fixture
def connection(warehouse: str) -> Iterator[Connection]:
    with psycopg.connect(warehouse, autocommit=True) as connection:
        yield connection


@pytest.fixture
def settings() -> WriterSettings:
    return WriterSettings("messages", LADDER, run_cap_usd=100, day_cap_usd=100, in_flight=50)


@pytest.fixture
def ask(connection: Connection) -> Callable[..., list[str]]:
    """Ask for `count` different texts in a run; returns their keys."""

    def asked(count: int, run_id: int = 1, first: int = 0) -> list[str]:
        requests = []
        for user_id in range(first, first + count):
            text = facts(user_id)
            requests.append(Request(key_of(text), user_id, "note-1", text))
        ledger.add_requests(connection, run_id, requests, LADDER)
        return [request.facts_key for request in requests]

    return asked


@pytest.fixture
def job() -> Any:
    return JOB
