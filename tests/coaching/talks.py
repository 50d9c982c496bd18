"""A tick in which a model writes, without Airflow: the stages, the real SDK, and the provider of the tests."""

import asyncio
import json
from datetime import timedelta
from typing import Any, NamedTuple

import anthropic
import psycopg

from include.batch import runs, stages
from include.batch.job import Run, Shard
from include.coaching.conversation import WRITING
from include.core.db import connect
from include.llm import messages
from include.llm.models import WriterSettings, WritingJob
from tests.batch.walk import finish, open_run
from tests.coaching.people import QUICK, moment, rows

SONNET, HAIKU = "claude-sonnet-5-5", "claude-haiku-5-5"
SETTINGS = WriterSettings("messages", (SONNET, HAIKU), 100, 100, in_flight=40)
TICK = "2026-03-04T08:00"


class Asked(NamedTuple):
    """A run whose texts are asked for."""

    url: str
    run: Run
    shards: list[Shard]
    settings: WriterSettings


def ask(url: str, tick: str = TICK, settings: WriterSettings = SETTINGS) -> Asked:
    """Open a run of the tick, divide its users, and ask for their texts."""
    run = open_run(url, tick, job=QUICK, now=moment(tick) + timedelta(minutes=1))
    with connect(url) as connection:
        shards = stages.plan(connection, QUICK, run, runs.request_of(run))
    with connect(url) as connection:
        QUICK.prepare(connection, run)
        runs.note(connection, run, writer=settings._asdict())
    for shard in shards:
        with connect(url) as connection:
            stages.request_texts(connection, QUICK, run, shard)
    return Asked(url, run, shards, settings)


def write(asked: Asked, provider: str, job: WritingJob = WRITING) -> list[dict[str, Any]]:
    """What the task does; returns what was sent."""
    sent: list[dict[str, Any]] = []

    async def on_request(request: Any) -> None:
        sent.append(json.loads(request.content))

    async def go() -> None:
        line = anthropic.DefaultAsyncHttpxClient(event_hooks={"request": [on_request]})
        with psycopg.connect(asked.url, autocommit=True) as connection:
            async with anthropic.AsyncAnthropic(api_key="k", base_url=provider, http_client=line) as sdk:
                await messages.write_all(
                    connection, asked.run.run_id, job, asked.settings, sdk, backoff_s=0.001
                )

    asyncio.run(go())
    return sent


def send(asked: Asked) -> dict[str, Any]:
    """Process, check, publish and close."""
    for shard in asked.shards:
        with connect(asked.url) as connection:
            stages.process(connection, QUICK, asked.run, shard)
    with connect(asked.url) as connection:
        refused = stages.check(connection, QUICK, asked.run)
    return finish(asked.url, asked.run, refused, job=QUICK, now=asked.run.started_at)


def end(asked: Asked) -> None:
    """Let the run be over without a result, so that another may take its place."""
    with connect(asked.url) as connection:
        connection.execute("DELETE FROM ops.job_leases")


def kept(url: str) -> list[Any]:
    """(user, attempt, writer, reason, simulator, rating, sent, failure, content, push, cost) of every attempt."""
    return rows(
        url,
        "SELECT user_id, generation_attempt, writer, writer_reason, simulator, effectiveness_rating, was_sent, "
        "failure_reason, message_content, push_notification_text, cost_usd::float8 "
        "FROM warehouse.coaching_messages ORDER BY 1, 2",
    )
