"""Message batches through the real SDK: what the client sees, and what the bill says."""

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anthropic
import httpx2
import pytest
from briefs import HAIKU, SONNET, batch_of, order

from include.local import fake_provider, processes
from include.local.fake_provider import control

LONG = {"batch_seconds": 3600}


def bill(provider: str) -> dict[str, Any]:
    return control(provider, "bill")


def wait_until(met: Callable[[], bool], bound_s: float = 20.0) -> None:
    deadline = time.monotonic() + bound_s
    while not met():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.01)


def ended(client: anthropic.Anthropic, batch_id: str) -> Any:
    wait_until(lambda: client.messages.batches.retrieve(batch_id).processing_status == "ended")
    return client.messages.batches.retrieve(batch_id)


def results(client: anthropic.Anthropic, batch_id: str) -> dict[str, Any]:
    return {line.custom_id: line.result for line in client.messages.batches.results(batch_id)}


def test_a_batch_counts_nothing_until_its_end_and_is_billed_at_half_the_price(
    client: anthropic.Anthropic, provider: str
) -> None:
    control(provider, "settings", LONG)
    batch = client.messages.batches.create(requests=batch_of(25))
    assert batch.processing_status == "in_progress"
    assert (batch.request_counts.processing, batch.request_counts.succeeded) == (25, 0)
    assert batch.results_url is None
    assert bill(provider)["requests"] == 0
    control(provider, "end_batches", {})
    counts = ended(client, batch.id).request_counts
    assert (counts.processing, counts.succeeded) == (0, 25)
    found = results(client, batch.id)
    assert found.keys() == {f"user-{n}" for n in range(25)}
    assert list(found) != sorted(found, key=lambda name: int(name[5:]))  # in an order of its own
    usages = [result.message.usage for result in found.values()]
    half = sum(usage.input_tokens * 0.05 + usage.output_tokens * 0.25 for usage in usages) / 1e6
    assert bill(provider)["usd"] == pytest.approx(half, abs=1e-11)
    assert bill(provider)["by_kind"]["batch"]["requests"] == 25
    assert {usage.service_tier for usage in usages} == {"batch"}


def test_a_result_answers_its_own_request(client: anthropic.Anthropic) -> None:
    batch = client.messages.batches.create(requests=batch_of(3))
    ended(client, batch.id)
    for name, result in results(client, batch.id).items():
        brief = json.loads(result.message.content[0].text)
        assert f"8,00{name[5:]} steps" in brief["insights"][0]


def test_the_same_request_in_two_batches_is_paid_twice(client: anthropic.Anthropic, provider: str) -> None:
    for _ in range(2):
        ended(client, client.messages.batches.create(requests=batch_of(3)).id)
    assert bill(provider)["requests"] == 6
    assert bill(provider)["paid_twice"] == 3


def test_batches_are_listed_newest_first_and_page_both_ways(client: anthropic.Anthropic) -> None:
    ids = [client.messages.batches.create(requests=batch_of(1)).id for _ in range(5)]
    assert [batch.id for batch in client.messages.batches.list(limit=2)] == ids[::-1]
    newer = client.messages.batches.list(before_id=ids[1], limit=2)
    assert [batch.id for batch in newer.data] == [ids[3], ids[2]]
    assert newer.has_more
    assert {batch.id for batch in newer} == set(ids[2:])
    older = client.messages.batches.list(after_id=ids[1], limit=2)
    assert [batch.id for batch in older.data] == [ids[0]]
    assert not older.has_more
    for limit in (0, 1001):
        with pytest.raises(anthropic.BadRequestError, match="limit"):
            client.messages.batches.list(limit=limit)


def test_a_cancelled_batch_is_not_billed_for_what_was_not_done(
    client: anthropic.Anthropic, provider: str
) -> None:
    control(provider, "settings", {**LONG, "done_before_cancel": 0.4})
    batch = client.messages.batches.create(requests=batch_of(100))
    cancelled = client.messages.batches.cancel(batch.id)
    assert cancelled.processing_status == "canceling"
    assert cancelled.cancel_initiated_at is not None
    counts = ended(client, batch.id).request_counts
    assert counts.succeeded + counts.canceled == 100
    assert 20 <= counts.succeeded <= 60
    assert bill(provider)["requests"] == counts.succeeded
    assert (
        Counter(result.type for result in results(client, batch.id).values())["canceled"] == counts.canceled
    )
    with pytest.raises(anthropic.BadRequestError, match="already ended"):
        client.messages.batches.cancel(batch.id)


def test_a_batch_can_be_deleted_once_it_has_ended(client: anthropic.Anthropic, provider: str) -> None:
    control(provider, "settings", LONG)
    batch = client.messages.batches.create(requests=batch_of(1))
    with pytest.raises(anthropic.BadRequestError, match="cancel it first"):
        client.messages.batches.delete(batch.id)
    control(provider, "end_batches", {"id": batch.id})
    ended(client, batch.id)
    assert client.messages.batches.delete(batch.id).type == "message_batch_deleted"
    with pytest.raises(anthropic.NotFoundError):
        client.messages.batches.retrieve(batch.id)


@pytest.mark.parametrize(
    ("requests", "words"),
    [
        ([], "1 to 100000"),
        ([{"custom_id": "a b", "params": order()}], "pattern"),
        ([{"custom_id": "x" * 65, "params": order()}], "pattern"),
        ([{"custom_id": "", "params": order()}], "pattern"),
        ([{"custom_id": "a", "params": order()}] * 2, "Duplicate"),
        ([{"custom_id": "a"}], "params"),
        ([{"custom_id": "a", "params": order(), "more": 1}], "more"),
    ],
)
def test_a_wrong_batch_is_refused(client: anthropic.Anthropic, requests: list[Any], words: str) -> None:
    with pytest.raises(anthropic.BadRequestError, match=words):
        client.messages.batches.create(requests=requests)
    assert client.messages.batches.list().data == []


def test_wrong_parameters_come_back_as_an_error_of_their_request_alone(
    client: anthropic.Anthropic, provider: str
) -> None:
    wrong = {"type": {"max_tokens": "many"}, "extra": {"temperature": 1}, "model": {"model": "claude-none"}}
    requests: list[Any] = [{"custom_id": name, "params": order() | change} for name, change in wrong.items()]
    batch = client.messages.batches.create(requests=[*requests, *batch_of(1)])
    assert ended(client, batch.id).request_counts.errored == 3
    found = results(client, batch.id)
    kinds = {name: found[name].error.error.type for name in wrong}
    assert kinds == {
        "type": "invalid_request_error",
        "extra": "invalid_request_error",
        "model": "not_found_error",
    }
    assert "temperature" in found["extra"].error.error.message
    assert bill(provider)["requests"] == 1


def test_over_the_queue_limit_a_batch_is_refused(client: anthropic.Anthropic, provider: str) -> None:
    control(provider, "settings", {**LONG, "queue_limit": 10})
    first = client.messages.batches.create(requests=batch_of(6))
    with pytest.raises(anthropic.RateLimitError, match="queue"):
        client.messages.batches.create(requests=batch_of(5))
    control(provider, "end_batches", {})
    ended(client, first.id)
    client.messages.batches.create(requests=batch_of(5))


def test_results_are_not_there_before_the_end(client: anthropic.Anthropic, provider: str) -> None:
    control(provider, "settings", LONG)
    batch = client.messages.batches.create(requests=batch_of(1))
    with pytest.raises(anthropic.AnthropicError, match="results_url"):
        client.messages.batches.results(batch.id)


@pytest.mark.parametrize(
    ("rules", "least", "most"),
    [
        ({"batch_errored": {"portion": 0.3}}, {"errored": 10}, {"errored": 50}),
        ({"batch_expired": {"portion": 0.3}}, {"expired": 10}, {"expired": 50}),
        ({"batch_expired": {}}, {"expired": 100}, {"expired": 100}),
        (
            {"batch_errored": {"portion": 0.3}, "batch_expired": {"portion": 0.3}},
            {"errored": 10, "expired": 10},
            {"errored": 50, "expired": 50},
        ),
    ],
)
def test_a_batch_errs_or_expires_to_order_and_only_successes_are_billed(
    client: anthropic.Anthropic, provider: str, rules: Any, least: dict[str, int], most: dict[str, int]
) -> None:
    control(provider, "faults", rules)
    counts = ended(
        client, client.messages.batches.create(requests=batch_of(100)).id
    ).request_counts.model_dump()
    assert all(least[name] <= counts[name] <= most[name] for name in least)
    assert sum(counts.values()) == 100
    assert bill(provider)["requests"] == counts["succeeded"]


def test_a_creation_dropped_before_leaves_nothing_and_dropped_after_leaves_a_batch_to_adopt(
    client: anthropic.Anthropic, provider: str
) -> None:
    for fault, left in (("dropped_before", 0), ("dropped_after", 1)):
        control(provider, "faults", {fault: {"endpoint": "create", "next": 1}})
        with pytest.raises(anthropic.APIConnectionError):
            client.messages.batches.create(requests=batch_of(4))
        assert len(client.messages.batches.list().data) == left
    orphan = client.messages.batches.list().data[0]
    assert ended(client, orphan.id).request_counts.succeeded == 4
    assert bill(provider)["requests"] == 4


def test_results_cut_in_the_middle_can_be_read_again(client: anthropic.Anthropic, provider: str) -> None:
    batch = client.messages.batches.create(requests=batch_of(50))
    ended(client, batch.id)
    control(provider, "faults", {"results_cut": {"next": 1, "cut_at": 0.5}})
    seen = []
    with pytest.raises((httpx2.RemoteProtocolError, json.JSONDecodeError)):  # noqa: PT012  # the loop raises
        for line in client.messages.batches.results(batch.id):
            seen.append(line.custom_id)  # noqa: PERF401  # what came before the cut counts
    assert 10 < len(seen) < 40
    assert len(results(client, batch.id)) == 50
    assert bill(provider)["requests"] == 50


def test_answers_in_batches_have_faults_too(client: anthropic.Anthropic, provider: str) -> None:
    control(provider, "faults", {"refusal": {"model": HAIKU}, "truncated": {"model": SONNET}})
    requests: list[Any] = [*batch_of(1), {"custom_id": "other", "params": order(SONNET)}]
    batch = client.messages.batches.create(requests=requests)
    ended(client, batch.id)
    reasons = {name: result.message.stop_reason for name, result in results(client, batch.id).items()}
    assert reasons == {"user-0": "refusal", "other": "max_tokens"}
    assert bill(provider)["requests"] == 2


@pytest.mark.parametrize("endpoint", ["create", "retrieve", "list", "cancel", "results"])
def test_an_overload_can_be_ordered_for_one_endpoint(
    client: anthropic.Anthropic, provider: str, endpoint: str
) -> None:
    batch = client.messages.batches.create(requests=batch_of(1))
    ended(client, batch.id)
    control(provider, "faults", {"overloaded": {"endpoint": endpoint}})
    calls: dict[str, Callable[[], Any]] = {
        "create": lambda: client.messages.batches.create(requests=batch_of(1)),
        "retrieve": lambda: client.messages.batches.retrieve(batch.id),
        "list": client.messages.batches.list,
        "cancel": lambda: client.messages.batches.cancel(batch.id),
        "results": lambda: client.messages.batches.results(batch.id),
    }
    with pytest.raises(anthropic.InternalServerError) as refused:
        calls[endpoint]()
    assert refused.value.status_code == 529
    client.messages.create(**order())


def test_bill_and_batches_outlive_the_process_and_nothing_is_billed_again(tmp_path: Path) -> None:
    port = processes.free_port()
    url = fake_provider.start(tmp_path, port, batch_seconds=3600)
    try:
        with anthropic.Anthropic(api_key="test", base_url=url, max_retries=0) as client:
            client.messages.create(**order())
            done = client.messages.batches.create(requests=batch_of(5)).id
            control(url, "end_batches", {})
            ended(client, done)
            waiting = client.messages.batches.create(requests=batch_of(3)).id
            before = bill(url)
            record = processes.recorded(tmp_path, fake_provider.NAME)
            assert record is not None
            for process in processes.members(record):
                process.kill()
                process.wait(10)
            assert fake_provider.start(tmp_path, port, batch_seconds=0) == url
            assert bill(url) == before
            assert before["requests"] == 6
            assert len(results(client, done)) == 5
            assert client.messages.batches.retrieve(waiting).processing_status == "in_progress"
            control(url, "end_batches", {})
            assert ended(client, waiting).request_counts.succeeded == 3
            assert bill(url)["requests"] == 9
            assert bill(url)["paid_twice"] == 3
    finally:
        fake_provider.stop(tmp_path)
