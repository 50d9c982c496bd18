"""What a death, a restart and a person's kill mean for the task in which a model writes."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from airflow.sdk.exceptions import TaskDeferred

from include.batch import runs
from include.batch.job import RunRequest
from include.core.db import connect
from include.llm import ledger
from include.llm.models import Request, WriterSettings
from include.local import fake_provider
from include.orchestration.batch_trigger import BatchEnded
from include.orchestration.write_texts import WriteTexts
from tests.llm.notes import JOB, facts, key_of

MODELS = ("claude-sonnet-5-5", "claude-haiku-5-5")
TEXTS = 40


class Task:
    """As much of a task instance as the operator asks for."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id

    def xcom_pull(self, task_ids: str) -> int:
        assert task_ids == "open_run"
        return self.run_id


@pytest.fixture
def operator(warehouse: str, provider: str, monkeypatch: pytest.MonkeyPatch) -> WriteTexts:
    fake_provider.control(
        provider, "settings", {"batch_seconds": 3600}
    )  # its batches end when they are told to
    monkeypatch.setenv("AIRFLOW_CONN_ALMANAC_WAREHOUSE", warehouse.replace("postgresql", "postgres", 1))
    anthropic = {"conn_type": "anthropic", "host": provider, "password": "test"}
    monkeypatch.setenv("AIRFLOW_CONN_ALMANAC_ANTHROPIC", json.dumps(anthropic))
    monkeypatch.setattr("include.orchestration.write_texts.load_writing", lambda _: JOB)
    return WriteTexts(task_id="write_texts", job_name=JOB.name)


@pytest.fixture
def open_run(warehouse: str) -> Callable[..., Any]:
    """Open a run of a week that wants its texts written; returns the task's context."""

    def opened(writer: str, week: str = "2026-01-05") -> Any:
        settings = WriterSettings(writer, MODELS)  # type: ignore[arg-type]
        with connect(warehouse) as connection:
            run = runs.open_run(connection, JOB.name, week, f"test:{week}", RunRequest(), datetime.now(UTC))
            runs.note(connection, run, writer=settings._asdict())
            requests = [Request(key_of(facts(n)), n, "note-1", facts(n)) for n in range(TEXTS)]
            ledger.add_requests(connection, run.run_id, requests, MODELS)
        return {"ti": Task(run.run_id)}

    return opened


def answered(warehouse: str, context: Any) -> int:
    with psycopg.connect(warehouse) as connection:
        row = connection.execute(
            "SELECT count(*) FROM llm.requests WHERE run_id = %s AND status = 'answered'",
            (context["ti"].run_id,),
        ).fetchone()
    assert row is not None
    return int(row[0])


def calls(provider: str, endpoint: str) -> int:
    return int(sum(fake_provider.control(provider, "calls")["endpoints"].get(endpoint, {}).values()))


def wait_until_ended(provider: str, trigger: BatchEnded) -> Any:
    """End all batches at the provider, and let the trigger see it."""
    fake_provider.control(provider, "end_batches", {})

    async def first() -> Any:
        async for event in trigger.run():
            return event
        return None

    return asyncio.run(first())


def deferred(operator: WriteTexts, context: Any) -> BatchEnded:
    with pytest.raises(TaskDeferred) as stop:
        operator.execute(context)
    trigger = stop.value.trigger
    assert isinstance(trigger, BatchEnded)
    return trigger


def test_messages_are_written_in_one_go(operator: WriteTexts, open_run: Any, warehouse: str) -> None:
    context = open_run("messages")
    operator.execute(context)
    assert answered(warehouse, context) == TEXTS


def test_batches_wait_without_a_worker_and_go_on_when_they_end(
    operator: WriteTexts, open_run: Any, warehouse: str, provider: str
) -> None:
    context = open_run("batches")
    trigger = deferred(operator, context)
    assert len(trigger.provider_ids) == 1
    event = wait_until_ended(provider, trigger)
    operator.execute(context, event.payload)
    assert answered(warehouse, context) == TEXTS


def test_a_worker_that_died_after_submitting_finds_its_batch_again(
    operator: WriteTexts, open_run: Any, warehouse: str, provider: str
) -> None:
    """The task's retry starts from the beginning: one batch, one bill."""
    context = open_run("batches")
    first, second = deferred(operator, context), deferred(operator, context)
    assert first.provider_ids == second.provider_ids
    operator.execute(context, wait_until_ended(provider, second).payload)
    assert calls(provider, "create") == 1
    assert fake_provider.control(provider, "bill")["requests"] == TEXTS
    assert answered(warehouse, context) == TEXTS


def test_a_triggerer_that_restarts_looks_again_and_changes_nothing(
    operator: WriteTexts, open_run: Any, provider: str
) -> None:
    """The trigger is made anew from what was stored of it; the old one is cancelled in the middle."""
    trigger = deferred(operator, open_run("batches"))
    path, stored = trigger.serialize()
    assert path == "include.orchestration.batch_trigger.BatchEnded"

    async def killed() -> None:
        task = asyncio.ensure_future(anext(trigger.run()))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(killed())
    assert calls(provider, "cancel") == 0
    assert wait_until_ended(provider, BatchEnded(**stored)).payload == {"ended": True}


def test_a_person_who_kills_the_task_leaves_the_batch_to_the_next_run(
    operator: WriteTexts, open_run: Any, warehouse: str, provider: str
) -> None:
    """What the provider does is paid already: it is not cancelled, and another run takes its answers up."""
    killed = open_run("batches", week="2026-01-05")
    deferred(operator, killed)
    operator.on_kill()
    assert calls(provider, "cancel") == 0
    later = open_run("batches", week="2026-01-12")
    trigger = deferred(operator, later)
    operator.execute(later, wait_until_ended(provider, trigger).payload)
    assert answered(warehouse, later) == TEXTS
    assert fake_provider.control(provider, "bill")["requests"] == TEXTS


def test_a_run_that_can_wait_no_longer_cancels_and_lets_the_template_write(
    operator: WriteTexts, open_run: Any, warehouse: str, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = open_run("batches")
    deferred(operator, context)
    monkeypatch.setattr("include.orchestration.write_texts.WAIT_AT_MOST", -datetime.resolution)
    trigger = deferred(operator, context)
    operator.execute(context, wait_until_ended(provider, trigger).payload)
    assert calls(provider, "cancel") == 1
    with psycopg.connect(warehouse) as connection:
        rows = connection.execute("SELECT DISTINCT status, reason FROM llm.requests").fetchall()
    assert rows == [("fallen", "late")]


def test_a_provider_that_is_away_is_waited_for(
    operator: WriteTexts, open_run: Any, warehouse: str, provider: str
) -> None:
    fake_provider.control(provider, "faults", {"overloaded": {"endpoint": "create", "next": 1}})
    context = open_run("batches")
    trigger = deferred(operator, context)
    assert trigger.provider_ids == []
    trigger.seconds = 0.0
    trigger = deferred(operator, context)
    operator.execute(context, wait_until_ended(provider, trigger).payload)
    assert answered(warehouse, context) == TEXTS
