"""Batches step by step: how they are split, followed, adopted, and what a no means."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import anthropic
import pytest

from include.core.db import Connection
from include.llm import batches
from include.llm.batches import Limits, Step
from include.llm.models import WriterSettings
from include.local import fake_provider
from tests.llm.conftest import LADDER
from tests.llm.notes import JOB

SONNET, HAIKU = LADDER
Advance = Callable[..., Step]


@pytest.fixture
def advance(connection: Connection, provider: str) -> Advance:
    """One step of run 1, now or `after` a while."""
    fake_provider.control(provider, "settings", {"batch_seconds": 3600})

    def step(
        after: timedelta = timedelta(), limits: Limits | None = None, late: bool = False, **changes: Any
    ) -> Step:
        settings = WriterSettings("batches", LADDER, run_cap_usd=100, day_cap_usd=100)._replace(**changes)
        with anthropic.Anthropic(api_key="key", base_url=provider) as sdk:
            return batches.advance(
                connection, 1, JOB, settings, sdk, now=datetime.now(UTC) + after, late=late, limits=limits
            )

    return step


@pytest.fixture
def end_batches(provider: str) -> Callable[[], None]:
    """Let the provider do the work of all batches, and wait until it has."""

    def ended() -> None:
        fake_provider.control(provider, "end_batches", {})
        with anthropic.Anthropic(api_key="key", base_url=provider) as sdk:
            while any(one.processing_status != "ended" for one in sdk.messages.batches.list()):
                pass

    return ended


@pytest.fixture
def finish(advance: Advance, end_batches: Callable[[], None]) -> Callable[..., int]:
    """Step and end batches in turn until nothing is left; returns the steps."""

    def done(**options: Any) -> int:
        for steps in range(1, 40):
            if advance(**options).done:
                return steps
            end_batches()
        raise AssertionError("the batches did not come to an end")

    return done


@pytest.fixture
def made(connection: Connection) -> Callable[[], list[tuple[str, int]]]:
    """(status, requests) of the batches, the oldest first."""
    return lambda: connection.execute("SELECT status, requests FROM llm.batches ORDER BY batch_id").fetchall()


def test_all_in_one_batch_at_half_the_price(ask: Any, finish: Any, stand: Any, bill: Any, made: Any) -> None:
    ask(30)
    finish()
    assert made() == [("collected", 30)]
    assert stand() == {("answered", 0, None): 30}
    assert bill()["by_kind"].keys() == {"batch"}


def test_split_by_count_and_sent_in_waves_of_the_queue(
    ask: Any, advance: Advance, end_batches: Any, finish: Any, made: Any
) -> None:
    ask(25)
    limits = Limits(requests=5)
    assert len(advance(limits=limits, queue_limit=12).running) == 3
    assert made() == [("submitted", 5), ("submitted", 5), ("submitted", 2)]
    end_batches()
    finish(limits=limits, queue_limit=12)
    assert sum(requests for _, requests in made()) == 25
    assert max(requests for _, requests in made()) == 5


def test_split_by_bytes(ask: Any, finish: Any, made: Any, stand: Any) -> None:
    ask(10)
    finish(limits=Limits(bytes=1_500))  # three requests of some 460 bytes
    assert [requests for _, requests in made()] == [3, 3, 3, 1]
    assert stand() == {("answered", 0, None): 10}


def test_a_request_larger_than_a_batch_goes_down_the_ladder(ask: Any, finish: Any, stand: Any) -> None:
    ask(1)
    finish(limits=Limits(bytes=100))
    assert {status for status, _, _ in stand()} == {"fallen"}


def test_a_batch_whose_creation_was_not_answered_is_found_and_paid_once(
    ask: Any, order: Any, finish: Any, stand: Any, bill: Any, made: Any
) -> None:
    order(dropped_after={"endpoint": "create", "next": 1})
    ask(20)
    finish()
    assert made() == [("collected", 20)]
    assert bill()["requests"] == 20
    assert stand() == {("answered", 0, None): 20}


def test_one_that_was_never_made_is_sent_again_when_it_was_looked_for_long_enough(
    ask: Any, order: Any, advance: Advance, finish: Any, stand: Any, bill: Any, made: Any
) -> None:
    order(dropped_before={"endpoint": "create", "next": 1})
    ask(20)
    assert advance() == Step([], done=False)
    advance(after=timedelta(minutes=1))
    assert made() == [("sending", 20)], "nothing is sent again while it may still turn up"
    finish(after=timedelta(minutes=4))
    assert made() == [("never_created", 20), ("collected", 20)]
    assert bill()["requests"] == 20
    assert stand() == {("answered", 0, None): 20}


def test_results_that_break_off_are_taken_up_where_they_broke(
    ask: Any, order: Any, finish: Any, stand: Any, bill: Any
) -> None:
    order(results_cut={"next": 2, "cut_at": 0.5})
    ask(40)
    finish()
    assert stand() == {("answered", 0, None): 40}
    assert bill()["requests"] == 40


def test_what_expired_or_failed_goes_down_the_ladder_alone(
    ask: Any, order: Any, finish: Any, stand: Any, bill: Any
) -> None:
    order(batch_expired={"next": 1, "portion": 0.3}, batch_errored={"next": 1, "portion": 0.3})
    ask(60)
    finish()
    found = stand()
    assert sum(found.values()) == 60
    assert {(status, rung) for status, rung, _ in found} == {("answered", 0), ("answered", 1)}
    assert {reason for _, rung, reason in found if rung == 1} <= {"expired", "rejected"}
    assert bill()["paid_twice"] == 0


def test_a_false_text_is_asked_for_once_more_in_the_next_wave(
    ask: Any, order: Any, finish: Any, stand: Any, bill: Any
) -> None:
    order(ungrounded={"model": SONNET}, stubborn={"model": SONNET})
    ask(4)
    finish()
    assert stand() == {("answered", 1, "ungrounded"): 4}
    assert bill()["requests"] == 3 * 4


@pytest.mark.parametrize("fault", ["spend_limit", "authentication", "credit"])
def test_the_providers_no_to_a_batch_ends_it_for_the_run(
    ask: Any, order: Any, finish: Any, stand: Any, bill: Any, fault: str
) -> None:
    order(**{fault: {"endpoint": "create"}})
    ask(10)
    finish()
    assert {status for status, _, _ in stand()} == {"fallen"}
    assert bill()["requests"] == 0


def test_after_the_providers_no_not_even_second_tries_are_sent(
    ask: Any, order: Any, advance: Advance, end_batches: Any, finish: Any, stand: Any, bill: Any
) -> None:
    """Two batches are on the way and false; the third is refused for the spend limit."""
    order(ungrounded={"model": SONNET}, spend_limit={"endpoint": "create", "skip": 2, "next": 1})
    ask(15)
    advance(limits=Limits(requests=5))
    end_batches()
    finish(limits=Limits(requests=5))
    assert bill()["requests"] == 10
    assert {status for status, _, _ in stand()} == {"fallen"}


def test_an_outage_of_the_provider_is_waited_for_then_the_template_writes(
    ask: Any, order: Any, advance: Advance, stand: Any
) -> None:
    order(overloaded={"endpoint": "create"})
    ask(5)
    steps = 0
    while not advance().done:
        steps += 1
        assert steps < 20
    assert stand() == {("fallen", 2, "overloaded"): 5}


def test_a_late_run_takes_what_is_done_and_leaves_the_rest(
    ask: Any, advance: Advance, end_batches: Any, stand: Any, provider: str
) -> None:
    ask(10)
    advance()
    fake_provider.control(provider, "settings", {"done_before_cancel": 0.5})
    advance(late=True)
    end_batches()
    assert advance(late=True).done
    found = stand()
    assert {(status, reason) for status, _, reason in found} == {("answered", None), ("fallen", "late")}
