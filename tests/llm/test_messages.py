"""A run's texts from end to end: real database, real SDK, real HTTP, and a provider that fails to order."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import anthropic
import psycopg
import pytest

from include.core.db import Connection
from include.llm import ledger, messages, pacing, prices
from include.llm.ladder import MOST_RATE_LIMITS
from include.llm.models import WriterSettings, WritingJob
from include.llm.pacing import OPENS_AFTER
from include.local import fake_provider, processes
from tests.llm.notes import JOB, facts, problems, prompt

SONNET, HAIKU = "claude-sonnet-5-5", "claude-haiku-5-5"

Ask = Callable[..., list[str]]
Order = Callable[..., None]
Write = Callable[..., list[Any]]
Stand = Callable[..., dict[tuple[str, int, str | None], int]]
Bill = Callable[[], dict[str, Any]]
Booked = Callable[..., tuple[float, float]]


def models_of(sent: list[Any]) -> list[str]:
    return [one.body["model"] for one in sent]


def test_every_text_is_written_paid_once_and_booked_to_the_cent(
    ask: Ask, write: Write, stand: Stand, bill: Bill, booked: Booked, connection: Connection
) -> None:
    ask(60)
    sent = write()
    assert stand() == {("answered", 0, None): 60}
    assert len(sent) == 60
    billed = bill()
    assert billed["paid_twice"] == 0
    for scope in ("run:1", "day:" + str(connection.execute("SELECT min(day) FROM llm.calls").fetchone()[0])):  # type: ignore[index]
        assert booked(scope) == (0.0, pytest.approx(billed["usd"], abs=1e-12))
    row = connection.execute("SELECT sum(cost_usd)::float8, min(input_tokens) FROM llm.calls").fetchone()
    assert row is not None
    assert row[0] == pytest.approx(billed["usd"], abs=1e-12)
    assert row[1] > 0


def test_thirty_percent_failing_costs_nobody_a_text(
    ask: Ask, order: Order, write: Write, stand: Stand, bill: Bill, booked: Booked
) -> None:
    ask(200)
    order(
        overloaded={"share": 0.1},
        server_error={"share": 0.05},
        rate_limit={"share": 0.02, "next": 2},
        dropped_before={"share": 0.03},
        dropped_after={"share": 0.03},
        ungrounded={"share": 0.05},
        truncated={"share": 0.02},
    )
    write()
    stands = stand()
    assert sum(stands.values()) == 200
    assert {status for status, _, _ in stands} <= {"answered", "fallen"}
    assert all(reason for status, rung, reason in stands if rung > 0)
    assert sum(n for (status, _, _), n in stands.items() if status == "answered") >= 195
    billed = bill()
    assert billed["paid_twice"] == 0
    reserved, spent = booked()
    assert reserved == 0.0
    assert spent >= billed["usd"]


@pytest.mark.parametrize("fault", ["overloaded", "server_error", "dropped_before"])
def test_in_an_outage_everybody_falls_to_the_template_soon(
    ask: Ask, order: Order, write: Write, stand: Stand, called: Callable[[], dict[str, int]], fault: str
) -> None:
    ask(400)
    order(**{fault: {}})
    began = time.monotonic()
    write(backoff_s=60.0)  # nobody waits for it: the breaker is faster
    assert time.monotonic() - began < 10
    stands = stand()
    assert sum(stands.values()) == 400
    assert {status for status, _, _ in stands} == {"fallen"}
    assert {reason for _, _, reason in stands} <= {"breaker_open", "lost"}
    assert sum(called().values()) <= 2 * (OPENS_AFTER + 50), "two models; what was on the way is no more"


def test_a_provider_that_is_not_there_is_an_outage_too(ask: Ask, write: Write, stand: Stand) -> None:
    ask(100)
    write(base_url=f"http://127.0.0.1:{processes.free_port()}", backoff_s=60.0)
    assert stand() == {("fallen", 2, "breaker_open"): 100}


def test_one_models_outage_is_carried_by_the_next(ask: Ask, order: Order, write: Write, stand: Stand) -> None:
    ask(150)
    order(overloaded={"model": SONNET})
    write(backoff_s=60.0)
    assert stand() == {("answered", 1, "breaker_open"): 150}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("spend_limit", "spend_limit"), ("credit", "spend_limit"), ("authentication", "denied")],
)
def test_the_providers_no_stops_paid_calls_at_once(
    ask: Ask, order: Order, write: Write, stand: Stand, bill: Bill, fault: str, reason: str
) -> None:
    ask(300)
    order(**{fault: {"skip": 40}})
    sent = write()
    stands = stand()
    assert stands[("answered", 0, None)] == 40 == bill()["requests"]
    assert stands[("fallen", 0, reason)] == 260
    assert len(sent) <= 40 + 2 * 50, "what was on the way, and no more"


def test_after_the_providers_no_not_even_second_tries_are_sent(
    ask: Ask, order: Order, tune: Order, write: Write, stand: Stand, settings: WriterSettings
) -> None:
    """Those on the way come back later, and want to be asked once more: they are not."""
    ask(10)
    tune(latency=0.3)
    order(spend_limit={"next": 1}, ungrounded={})  # refused at once, the other four answered later
    sent = write(settings=settings._replace(in_flight=5))
    assert len(sent) == 5
    assert stand() == {("fallen", 0, "spend_limit"): 10}


def test_a_false_text_is_asked_for_again_with_the_reason_then_of_the_next_model(
    ask: Ask, order: Order, write: Write, stand: Stand, bill: Bill, connection: Connection
) -> None:
    (key,) = ask(1)
    order(ungrounded={"model": SONNET}, stubborn={"model": SONNET})
    sent = write()
    assert models_of(sent) == [SONNET, SONNET, HAIKU]
    first, again, last = (one.body["messages"] for one in sent)
    assert [len(first), len(again), len(last)] == [1, 3, 1]
    assert "is not in the facts" in again[2]["content"]
    assert stand() == {("answered", 1, "ungrounded"): 1}
    assert bill()["requests"] == 3
    kept = ledger.answers(connection, [key], [SONNET, HAIKU])[key]
    assert kept.model == HAIKU
    cost = ledger.spent(connection, 1, [key])[key]
    assert cost == pytest.approx(bill()["usd"]), "a user's cost is all that was tried for the user"


def test_a_mended_text_is_kept(ask: Ask, order: Order, write: Write, stand: Stand, bill: Bill) -> None:
    ask(5)
    order(ungrounded={})
    write()
    assert stand() == {("answered", 0, None): 5}
    assert bill()["requests"] == 10


@pytest.mark.parametrize(
    ("fault", "calls", "reason"),
    [
        ({"refusal": {"model": SONNET}}, 2, "refused"),
        ({"truncated": {"model": SONNET}}, 3, "truncated"),
        ({"says": {"model": SONNET, "text": '{"text": "no end'}}, 3, "invalid"),
        ({"says": {"model": SONNET, "text": ""}}, 3, "invalid"),
        ({"dropped_after": {"model": SONNET}}, 2, "lost"),
    ],
)
def test_what_a_bad_answer_costs_and_where_it_ends(
    ask: Ask,
    order: Order,
    write: Write,
    stand: Stand,
    bill: Bill,
    fault: dict[str, Any],
    calls: int,
    reason: str,
) -> None:
    ask(1)
    order(**fault)
    assert len(write()) == calls
    assert stand() == {("answered", 1, reason): 1}
    assert bill()["requests"] == calls


def test_a_lost_answer_is_spent_and_never_asked_for_again_in_the_run(
    ask: Ask, order: Order, write: Write, stand: Stand, bill: Bill, booked: Booked
) -> None:
    ask(20)
    order(dropped_after={"model": SONNET})
    sent = write()
    assert stand() == {("answered", 1, "lost"): 20}
    assert models_of(sent).count(SONNET) == 20
    assert booked()[1] > bill()["usd"], "what it may have cost at the most counts as spent"
    assert write() == [], "nor when the task is run again"


def test_a_process_that_dies_loses_what_was_on_the_way_and_pays_nothing_twice(
    ask: Ask, tune: Order, write: Write, stand: Stand, bill: Bill, connection: Connection, provider: str
) -> None:
    ask(30)
    tune(hold=True)

    async def die() -> None:
        async with anthropic.AsyncAnthropic(api_key="k", base_url=provider) as sdk:
            settings = WriterSettings("messages", (SONNET, HAIKU), 100, 100, in_flight=10)
            work = asyncio.create_task(messages.write_all(connection, 1, JOB, settings, sdk))
            while fake_provider.control(provider, "calls")["in_flight"] < 10:
                await asyncio.sleep(0.01)
            work.cancel()

    asyncio.run(die())
    assert stand() == {("sent", 0, None): 10, ("pending", 0, None): 20}
    tune(hold=False)
    write()
    assert stand() == {("answered", 1, "lost"): 10, ("answered", 0, None): 20}
    assert bill()["paid_twice"] == 0


def test_two_processes_do_not_write_the_same_run(
    ask: Ask, write: Write, warehouse: str, stand: Stand
) -> None:
    ask(3)
    with psycopg.connect(warehouse, autocommit=True) as other:
        ledger.lock_run(other, 1)
        with pytest.raises(ledger.AlreadyWriting, match="run 1"):
            write()
        assert stand() == {("pending", 0, None): 3}
    write()
    assert stand() == {("answered", 0, None): 3}


def test_a_cap_stops_the_spending_and_says_so(
    ask: Ask, write: Write, stand: Stand, bill: Bill, settings: WriterSettings
) -> None:
    ask(100)
    cap = 2 * prices.most(SONNET, 800, 200, batch=False)
    write(settings=settings._replace(models=(SONNET,), run_cap_usd=cap))
    stands = stand()
    assert set(stands) == {("answered", 0, None), ("fallen", 1, "budget")}
    assert stands[("answered", 0, None)] > 10, "what calls did not need is spent on others"
    assert 0 < bill()["usd"] <= cap


def test_a_cap_too_small_for_a_model_is_spent_on_the_cheaper_one(
    ask: Ask, write: Write, stand: Stand, settings: WriterSettings
) -> None:
    ask(10)
    sent = write(settings=settings._replace(run_cap_usd=prices.most(SONNET, 10, 200, batch=False) / 2))
    assert set(models_of(sent)) == {HAIKU}
    assert stand() == {("answered", 1, "budget"): 10}


def test_without_money_nothing_is_sent(
    ask: Ask, write: Write, stand: Stand, settings: WriterSettings
) -> None:
    ask(10)
    assert write(settings=settings._replace(run_cap_usd=0.0)) == []
    assert stand() == {("fallen", 2, "budget"): 10}


def test_a_days_cap_holds_for_all_runs_of_the_day(
    ask: Ask, write: Write, stand: Stand, bill: Bill, settings: WriterSettings
) -> None:
    cap = 3 * prices.most(SONNET, 800, 200, batch=False)
    for run_id in (1, 2, 3):
        ask(40, run_id=run_id, first=100 * run_id)
        write(run_id=run_id, settings=settings._replace(models=(SONNET,), day_cap_usd=cap))
    assert bill()["usd"] <= cap
    assert stand(3).get(("fallen", 1, "budget"), 0) > stand(1).get(("fallen", 1, "budget"), 0)


def test_a_busy_provider_is_waited_for_and_nobody_falls(
    ask: Ask, order: Order, write: Write, stand: Stand
) -> None:
    ask(60)
    order(rate_limit={"next": 40, "retry_after": 0.2})
    write()
    assert stand() == {("answered", 0, None): 60}


def test_the_refusals_of_a_busy_provider_are_shared_out(
    ask: Ask,
    order: Order,
    write: Write,
    stand: Stand,
    settings: WriterSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One call at a time, and more refusals than one request may meet: nobody meets them all."""
    monkeypatch.setattr(pacing, "LEAST_PAUSE_S", 0.0)
    ask(20)
    order(rate_limit={"next": 3 * MOST_RATE_LIMITS, "retry_after": 0.0})
    write(settings=settings._replace(in_flight=1))
    assert stand() == {("answered", 0, None): 20}


def test_logs_tell_of_no_person(
    ask: Ask, order: Order, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    ask(20, first=918_273_600)
    order(overloaded={"share": 0.3}, ungrounded={"share": 0.3}, dropped_after={"share": 0.2})
    with caplog.at_level(logging.DEBUG):
        write()
    assert caplog.records, "the line below it does speak"
    assert "9182736" not in caplog.text
    assert facts(918_273_600)[:10] not in caplog.text


def test_a_second_try_stays_a_second_try_through_free_failures(
    ask: Ask, order: Order, write: Write, stand: Stand, bill: Bill
) -> None:
    """Sent without what was wrong, it would be the first question again, and paid twice."""
    ask(1)
    order(ungrounded={}, overloaded={"skip": 1, "next": 2})
    sent = write()
    assert [len(one.body["messages"]) for one in sent] == [1, 3, 3, 3]
    assert stand() == {("answered", 0, None): 1}
    assert bill()["paid_twice"] == 0


def test_places_are_filled_again_before_answers_are_judged(
    ask: Ask, tune: Order, write: Write, warehouse: str, settings: WriterSettings
) -> None:
    """While the k-th answer is judged, the places of all before it are taken again."""
    ask(12)
    tune(latency=0.1)
    calls: list[int] = []

    def counting(document: dict[str, Any], answer: dict[str, Any]) -> list[str]:
        with psycopg.connect(warehouse) as other:
            calls.extend(other.execute("SELECT count(*)::int FROM llm.calls").fetchone() or ())
        return problems(document, answer)

    job = WritingJob("notes", lambda version: prompt(version)._replace(problems=counting))
    write(job=job, settings=settings._replace(in_flight=4))
    assert len(calls) == 12
    assert all(sent >= min(12, 4 + judged) for judged, sent in enumerate(calls, start=1))
