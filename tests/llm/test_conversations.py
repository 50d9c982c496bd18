"""An answer that leads to a question: asked for with the answer's own record, and never paid twice."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import anthropic
import psycopg
import pytest

from include.core.db import Connection
from include.llm import batches, ledger, messages, prices
from include.llm.models import Request, WriterSettings, WritingJob
from tests.llm.conftest import LADDER
from tests.llm.notes import facts, key_of, prompt

SETTINGS = WriterSettings("messages", LADDER, 100, 100, in_flight=20)
Stand = Callable[..., dict[tuple[str, int, str | None], int]]


def count_down(request: Request, answer: dict[str, Any], provider: str) -> Request | None:
    """After the note on 12 comes the one on 11, and so on down to a number that ends in 0."""
    number = json.loads(request.facts)["facts"]["number"]
    return opening(number - 1) if number % 10 else None


def opening(number: int) -> Request:
    text = facts(number)
    return Request(key_of(text), number, "note-1", text)


JOB = WritingJob("notes", prompt, count_down)
TALKS = [opening(number) for number in (13, 23, 33)]  # each four texts long


def ask_for(connection: Connection, run_id: int = 1) -> int:
    return ledger.add_requests(connection, run_id, TALKS, LADDER, JOB)


def numbers(connection: Connection, where: str = "true") -> list[int]:
    rows = connection.execute(
        f"SELECT (facts::json -> 'facts' ->> 'number')::int FROM llm.requests WHERE {where} ORDER BY 1"
    )
    return [row[0] for row in rows]


ALL = [10, 11, 12, 13, 20, 21, 22, 23, 30, 31, 32, 33]


def write_by_batches(connection: Connection, provider: str, run_id: int = 1) -> None:
    with anthropic.Anthropic(api_key="k", base_url=provider) as sdk:
        settings = SETTINGS._replace(writer="batches")
        for _ in range(60):
            if batches.advance(connection, run_id, JOB, settings, sdk, now=datetime.now(UTC)).done:
                return
            while any(one.processing_status != "ended" for one in sdk.messages.batches.list()):
                pass
    raise AssertionError("the batches did not come to an end")


async def die(connection: Connection, provider: str, job: WritingJob) -> None:
    async with anthropic.AsyncAnthropic(api_key="k", base_url=provider) as sdk:
        await messages.write_all(connection, 1, job, SETTINGS, sdk)


@pytest.mark.parametrize("writer", ["messages", "batches"])
def test_a_conversation_is_written_to_its_end_and_paid_once(
    connection: Connection, write: Any, provider: str, bill: Any, stand: Stand, writer: str
) -> None:
    assert ask_for(connection) == 3
    if writer == "messages":
        write(job=JOB)
    else:
        write_by_batches(connection, provider)
    assert numbers(connection) == ALL
    assert stand() == {("answered", 0, None): 12}
    assert bill()["requests"] == 12
    assert ask_for(connection, run_id=2) == 0
    assert numbers(connection, "run_id = 2") == []


def test_what_the_ledger_has_is_passed_over_up_to_the_first_open_question(
    connection: Connection, write: Any, bill: Any
) -> None:
    ask_for(connection)
    write(job=JOB)
    connection.execute("DELETE FROM llm.answers WHERE facts_key = ANY (%s)", ([key_of(facts(11))],))
    paid = bill()["requests"]
    assert ask_for(connection, run_id=2) == 1
    assert numbers(connection, "run_id = 2") == [11]
    write(run_id=2, job=JOB)
    assert numbers(connection, "run_id = 2") == [11], "what follows is known"
    assert bill()["requests"] == paid + 1


def test_a_request_that_another_run_has_answered_meanwhile_leads_on(
    connection: Connection, write: Any, bill: Any
) -> None:
    """Both runs have asked; the first is written but for the last text of each conversation."""
    ask_for(connection, run_id=1)
    ask_for(connection, run_id=2)
    write(run_id=1, job=JOB)
    last = [key_of(facts(number)) for number in (10, 20, 30)]
    connection.execute("DELETE FROM llm.answers WHERE facts_key = ANY (%s)", (last,))
    paid = bill()["requests"]
    write(run_id=2, job=JOB)
    assert numbers(connection, "run_id = 2") == [10, 13, 20, 23, 30, 33]
    assert bill()["requests"] == paid + 3


def test_an_answer_and_what_follows_from_it_are_recorded_together(
    connection: Connection, write: Any, provider: str, bill: Any, warehouse: str
) -> None:
    """Where the next question cannot be written down, the answer is not, and counts as lost."""

    def fails(request: Request, answer: dict[str, Any], provider: str) -> Request | None:
        raise RuntimeError("the end of the process")

    ask_for(connection)
    with psycopg.connect(warehouse, autocommit=True) as dying, pytest.raises(RuntimeError):
        asyncio.run(die(dying, provider, WritingJob("notes", prompt, fails)))
    assert connection.execute("SELECT count(*) FROM llm.answers").fetchone() == (0,)
    write(job=JOB)
    assert numbers(connection) == ALL
    assert bill()["paid_twice"] == 0


def test_the_end_of_the_money_ends_conversations_where_they_are(
    connection: Connection, write: Any, bill: Any, stand: Stand
) -> None:
    ask_for(connection)
    cap = prices.most(LADDER[0], 800, 200, batch=False)
    write(job=JOB, settings=SETTINGS._replace(models=LADDER[:1], run_cap_usd=cap, in_flight=1))
    stands = stand()
    assert set(stands) == {("answered", 0, None), ("fallen", 1, "budget")}
    assert 0 < bill()["usd"] <= cap


def test_what_was_begun_is_finished_before_much_else_begins(
    connection: Connection, write: Any, tune: Any
) -> None:
    """Else all would be as far as their last text together, and the run would end in a row of them."""
    talks = [opening(number) for number in range(13, 73, 10)]
    tune(latency=0.06)
    ledger.add_requests(connection, 1, talks, LADDER, JOB)
    sent = write(job=JOB, settings=SETTINGS._replace(in_flight=1))
    asked = [json.loads(one.body["messages"][0]["content"])["facts"]["number"] for one in sent]
    assert len(asked) == 4 * len(talks)
    begun = [sum(number % 10 == 3 for number in asked[: place + 1]) for place in range(len(asked))]
    ended = [sum(number % 10 == 0 for number in asked[: place + 1]) for place in range(len(asked))]
    assert max(before - after for before, after in zip(begun, ended, strict=True)) <= 3
