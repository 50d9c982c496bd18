"""A provider of our own at the end of a real connection, and a small job that lets it write."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import anthropic
import psycopg
import pytest

from include.core.db import Connection
from include.llm import ledger, messages
from include.llm.models import Request, WriterSettings, WritingJob
from include.local import fake_provider
from tests.llm.notes import JOB, facts, key_of

LADDER = ("claude-sonnet-5-5", "claude-haiku-5-5")


class Sent(NamedTuple):
    """A request as it left for the provider."""

    at: float  # monotonic seconds
    body: dict[str, Any]


@pytest.fixture
def bill(provider: str) -> Callable[[], dict[str, Any]]:
    """What the provider has billed, by its own account."""
    return lambda: dict(fake_provider.control(provider, "bill"))


@pytest.fixture
def called(provider: str) -> Callable[[], dict[str, int]]:
    """Messages so far, by status: {"200": 3, "529": 1}."""
    return lambda: dict(fake_provider.control(provider, "calls")["endpoints"].get("messages", {}))


@pytest.fixture
def order(provider: str) -> Callable[..., None]:
    """Order faults: order(overloaded={"share": 0.3})."""
    return lambda **faults: fake_provider.control(provider, "faults", faults)


@pytest.fixture
def tune(provider: str) -> Callable[..., None]:
    """Change settings: tune(latency=0.1)."""
    return lambda **settings: fake_provider.control(provider, "settings", settings)


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
def write(connection: Connection, provider: str, settings: WriterSettings) -> Callable[..., list[Sent]]:
    """Write all texts of a run; returns what was sent for it, in order."""

    def written(
        run_id: int = 1,
        job: WritingJob = JOB,
        settings: WriterSettings = settings,
        base_url: str = provider,
        backoff_s: float = 0.001,
    ) -> list[Sent]:
        sent: list[Sent] = []

        async def on_request(request: Any) -> None:
            sent.append(Sent(time.monotonic(), json.loads(request.content)))

        async def go() -> None:
            line = anthropic.DefaultAsyncHttpxClient(event_hooks={"request": [on_request]})
            async with anthropic.AsyncAnthropic(api_key="key", base_url=base_url, http_client=line) as sdk:
                await messages.write_all(connection, run_id, job, settings, sdk, backoff_s=backoff_s)

        asyncio.run(go())
        return sent

    return written


@pytest.fixture
def stand(connection: Connection) -> Callable[..., dict[tuple[str, int, str | None], int]]:
    """Where a run's requests stand: {(status, rung, reason): how many}."""

    def counted(run_id: int = 1) -> dict[tuple[str, int, str | None], int]:
        rows = connection.execute(
            "SELECT status, rung, reason, count(*) FROM llm.requests WHERE run_id = %s GROUP BY 1, 2, 3",
            (run_id,),
        )
        return {(status, rung, reason): count for status, rung, reason, count in rows}

    return counted


@pytest.fixture
def booked(connection: Connection) -> Callable[..., tuple[float, float]]:
    """(reserved, spent) US dollars of a scope."""

    def amounts(scope: str = "run:1") -> tuple[float, float]:
        row = connection.execute(
            "SELECT reserved_usd::float8, spent_usd::float8 FROM llm.budgets WHERE scope = %s", (scope,)
        ).fetchone()
        return row or (0.0, 0.0)

    return amounts
