"""Messages through the real SDK: what the client sees, and what the bill says."""

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import anthropic
import pytest
from anthropic.types.shared import EnforcedSpendLimitReachedError
from briefs import HAIKU, SCHEMA, SONNET, TEXTS, facts, numbers_of, order, second_try

from include.local.fake_provider import control


def bill(provider: str) -> dict[str, Any]:
    return control(provider, "bill")


def brief_of(answer: Any) -> dict[str, Any]:
    return json.loads(answer.content[0].text)


def wait_until(met: Callable[[], bool], bound_s: float = 10.0) -> None:
    deadline = time.monotonic() + bound_s
    while not met():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.01)


def test_a_brief_has_the_schema_and_only_numbers_of_the_facts(client: anthropic.Anthropic) -> None:
    known = numbers_of(json.dumps(facts())) | {1.2, 667.0}
    answer = client.messages.create(**order())
    brief = brief_of(answer)
    assert answer.stop_reason == "end_turn"
    assert brief.keys() == SCHEMA["properties"].keys()
    assert len(brief["insights"]) == len(facts()["insights"])
    assert "8,123 steps" in brief["insights"][0]
    assert numbers_of(json.dumps(brief, ensure_ascii=False)) <= known


def test_equal_requests_get_equal_answers_and_other_facts_other_ones(client: anthropic.Anthropic) -> None:
    first, again, other = (client.messages.create(**order(steps=n)).content[0].text for n in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize(("model", "per_input", "per_output"), [(HAIKU, 0.10, 0.50), (SONNET, 2.0, 10.0)])
def test_the_bill_is_the_usage_at_the_models_price(
    client: anthropic.Anthropic, provider: str, model: str, per_input: float, per_output: float
) -> None:
    usage = client.messages.create(**order(model)).usage
    expected = (usage.input_tokens * per_input + usage.output_tokens * per_output) / 1e6
    assert bill(provider)["usd"] == pytest.approx(expected, abs=1e-12)
    assert bill(provider)["by_model"][model]["requests"] == 1


def test_the_same_body_twice_is_paid_twice(client: anthropic.Anthropic, provider: str) -> None:
    for request in (order(), order(SONNET), order(steps=5)):
        client.messages.create(**request)
    assert bill(provider)["paid_twice"] == 0
    client.messages.create(**order(max_tokens=1999))  # neither the model nor what it reads is another
    assert bill(provider)["paid_twice"] == 1
    assert bill(provider)["requests"] == 4


def test_each_line_of_the_bill_can_be_read(client: anthropic.Anthropic, provider: str) -> None:
    control(provider, "faults", {"dropped_after": {"next": 1}})
    with pytest.raises(anthropic.APIConnectionError):
        client.messages.create(**order())
    usage = client.messages.create(**order(SONNET)).usage
    with urllib.request.urlopen(f"{provider}/_fake/bill/lines", timeout=10) as answer:  # noqa: S310
        lost, answered = [json.loads(line) for line in answer]
    assert (lost["outcome"], lost["model"], answered["outcome"]) == ("lost", HAIKU, "answered")
    assert answered["output_tokens"] == usage.output_tokens
    assert lost["usd"] + answered["usd"] == pytest.approx(bill(provider)["usd"], abs=1e-12)
    assert len(lost["body"]) == 64


def test_a_long_marked_prompt_is_written_to_the_cache_and_read_from_it(
    client: anthropic.Anthropic, provider: str
) -> None:
    system = [{"type": "text", "text": "Be true. " * 1000, "cache_control": {"type": "ephemeral"}}]
    first, second = (client.messages.create(**order(steps=n, system=system)).usage for n in (1, 2))
    assert first.cache_creation_input_tokens == second.cache_read_input_tokens > 2000
    assert first.cache_read_input_tokens == second.cache_creation_input_tokens == 0
    inputs = first.input_tokens + second.input_tokens + (1.25 + 0.1) * first.cache_creation_input_tokens
    expected = (inputs * 0.10 + (first.output_tokens + second.output_tokens) * 0.50) / 1e6
    assert bill(provider)["usd"] == pytest.approx(expected, abs=1e-11)


def test_a_short_marked_prompt_is_not_cached(client: anthropic.Anthropic) -> None:
    system = [{"type": "text", "text": "Be true.", "cache_control": {"type": "ephemeral"}}]
    usage = client.messages.create(**order(system=system)).usage
    assert usage.cache_creation_input_tokens == usage.cache_read_input_tokens == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"max_tokens": "many"}, "max_tokens: Input should be a valid integer"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"messages": []}, "at least one message"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "messages.0"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages.0.content.0"),
        ({"messages": [{"role": "user", "content": "x", "name": "y"}]}, "messages.0.name: Extra inputs"),
        ({"messages": [{"role": "user", "content": ""}]}, "non-empty"),
        ({"extra_body": {"temperature": 0.3}}, "temperature: Extra inputs are not permitted"),
        ({"system": [{"type": "text", "text": 5}]}, "system.0"),
        ({"extra_body": {"stream": True}}, "stream"),
        ({"output_config": {"format": {"type": "json"}}}, "output_config.format"),
        (
            {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
            "additionalProperties",
        ),
        (
            {
                "output_config": {
                    "format": {"type": "json_schema", "schema": {"type": "string", "maxLength": 5}}
                }
            },
            "maxLength",
        ),
    ],
)
def test_what_the_sdks_types_do_not_allow_is_refused_and_not_billed(
    client: anthropic.Anthropic, provider: str, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(anthropic.BadRequestError) as refused:
        client.messages.create(**order(**changes))
    assert words in str(refused.value.api_message)
    assert refused.value.type == "invalid_request_error"
    assert refused.value.request_id
    assert bill(provider)["requests"] == 0


def test_an_assistants_last_word_is_refused(client: anthropic.Anthropic) -> None:
    turns = [*order()["messages"], {"role": "assistant", "content": "{"}]
    with pytest.raises(anthropic.BadRequestError, match="prefill"):
        client.messages.create(**order(messages=turns))


def test_an_unknown_model_is_not_found(client: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.NotFoundError, match="claude-none"):
        client.messages.create(**order("claude-none"))


def test_a_request_without_a_key_is_refused(provider: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{provider}/v1/messages/batches", timeout=10)  # noqa: S310
    assert refused.value.code == 401


def test_tokens_are_counted_as_they_are_billed_and_models_are_listed(client: anthropic.Anthropic) -> None:
    request = order()
    usage = client.messages.create(**request).usage
    counted = client.messages.count_tokens(**{k: v for k, v in request.items() if k != "max_tokens"})
    assert counted.input_tokens == usage.input_tokens
    assert {model.id for model in client.models.list()} == {HAIKU, SONNET}


@pytest.mark.parametrize(
    ("fault", "rule", "error", "retry_after"),
    [
        ("rate_limit", {"retry_after": 7}, anthropic.RateLimitError, "7"),
        ("rate_limit", {}, anthropic.RateLimitError, None),
        ("overloaded", {}, anthropic._exceptions.OverloadedError, None),
        ("server_error", {}, anthropic.InternalServerError, None),
        ("authentication", {}, anthropic.AuthenticationError, None),
        ("credit", {}, anthropic.APIStatusError, None),
        ("spend_limit", {}, EnforcedSpendLimitReachedError, None),
    ],
)
def test_errors_to_order_are_not_billed(
    client: anthropic.Anthropic,
    provider: str,
    fault: str,
    rule: dict[str, Any],
    error: type[anthropic.APIStatusError],
    retry_after: str | None,
) -> None:
    control(provider, "faults", {fault: {"next": 1, **rule}})
    with pytest.raises(error) as raised:
        client.messages.create(**order())
    assert raised.value.response.headers.get("retry-after") == retry_after
    assert bill(provider)["requests"] == 0
    client.messages.create(**order())
    assert bill(provider)["requests"] == 1


def test_a_connection_dropped_before_the_work_is_not_billed_and_after_it_is(
    client: anthropic.Anthropic, provider: str
) -> None:
    for fault, billed in (("dropped_before", 0), ("dropped_after", 1)):
        control(provider, "faults", {fault: {"next": 1}})
        with pytest.raises(anthropic.APIConnectionError):
            client.messages.create(**order())
        assert bill(provider)["requests"] == billed
    client.messages.create(**order(steps=1))  # a new connection is served
    assert control(provider, "calls")["endpoints"]["messages"] == {"dropped": 2, "200": 1}


def test_a_truncated_answer_is_billed_and_no_json(client: anthropic.Anthropic, provider: str) -> None:
    control(provider, "faults", {"truncated": {"next": 1}})
    answers = [client.messages.create(**order()), client.messages.create(**order(max_tokens=20, steps=3))]
    for answer in answers:
        assert answer.stop_reason == "max_tokens"
        with pytest.raises(json.JSONDecodeError):
            brief_of(answer)
    assert answers[1].usage.output_tokens == 20
    assert bill(provider)["requests"] == 2


def test_a_refusal_is_billed(client: anthropic.Anthropic, provider: str) -> None:
    control(provider, "faults", {"refusal": {"next": 1}})
    answer = client.messages.create(**order())
    assert answer.stop_reason == "refusal"
    assert answer.content == []
    assert bill(provider)["requests"] == 1


def test_an_ungrounded_answer_is_mended_at_the_second_try_unless_stubborn(
    client: anthropic.Anthropic, provider: str
) -> None:
    known = numbers_of(json.dumps(facts())) | {1.2}
    control(provider, "faults", {"ungrounded": {}})
    first = client.messages.create(**order()).content[0].text
    mended = client.messages.create(**second_try(order(), first)).content[0].text
    control(provider, "faults", {"stubborn": {}})
    stubborn = client.messages.create(**second_try(order(), mended)).content[0].text
    assert [numbers_of(text) <= known for text in (first, mended, stubborn)] == [False, True, False]
    assert bill(provider)["requests"] == 3


def test_an_answer_can_be_dictated_or_miscounted(client: anthropic.Anthropic, provider: str) -> None:
    control(provider, "faults", {"says": {"text": "not JSON", "next": 1}, "miscounted": {"skip": 1}})
    assert client.messages.create(**order()).content[0].text == "not JSON"
    assert len(brief_of(client.messages.create(**order()))["insights"]) == 1


def test_faults_keep_to_their_model_number_and_chance(client: anthropic.Anthropic, provider: str) -> None:
    control(provider, "faults", {"refusal": [{"model": SONNET}, {"model": HAIKU, "skip": 1, "next": 1}]})
    seen = [client.messages.create(**order(model)).stop_reason for model in (SONNET, HAIKU, HAIKU, HAIKU)]
    assert seen == ["refusal", "end_turn", "refusal", "end_turn"]
    control(provider, "faults", {"refusal": {"share": 0.3}})
    refused = sum(client.messages.create(**order()).stop_reason == "refusal" for _ in range(100))
    assert 12 <= refused <= 50


@pytest.mark.parametrize(
    ("what", "wrong"),
    [("faults", {"nonsense": {}}), ("faults", {"refusal": {"share": 2}}), ("settings", {"latency": -1})],
)
def test_a_wrong_order_is_explained(provider: str, what: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        control(provider, what, wrong)
    assert refused.value.code == 400
    assert b"error" in refused.value.read()


def test_over_the_rate_limit_the_headers_say_when_to_come_back(
    client: anthropic.Anthropic, provider: str
) -> None:
    control(provider, "settings", {"requests_per_minute": 2})
    left = []
    for steps in (1, 2):
        raw = client.messages.with_raw_response.create(**order(steps=steps))
        left.append(raw.headers["anthropic-ratelimit-requests-remaining"])
        assert raw.headers["anthropic-ratelimit-requests-limit"] == "2"
    assert left == ["1", "0"]
    with pytest.raises(anthropic.RateLimitError) as refused:
        client.messages.create(**order(steps=3))
    assert 1 <= int(refused.value.response.headers["retry-after"]) <= 30
    assert "anthropic-ratelimit-output-tokens-reset" in refused.value.response.headers
    assert bill(provider)["requests"] == 2


def test_input_and_output_tokens_are_limited_too(client: anthropic.Anthropic, provider: str) -> None:
    for name in ("input_tokens_per_minute", "output_tokens_per_minute"):
        control(provider, "reset", {})
        control(provider, "settings", {name: 100})
        raw = client.messages.with_raw_response.create(**order()) if name[0] == "o" else None
        with pytest.raises(anthropic.RateLimitError):
            client.messages.create(**order(steps=1))
        assert raw is None or raw.headers["anthropic-ratelimit-output-tokens-remaining"] == "0"


def test_once_the_spend_limit_is_billed_paid_calls_are_refused(
    client: anthropic.Anthropic, provider: str
) -> None:
    control(provider, "settings", {"spend_limit_usd": 1e-6})
    client.messages.create(**order())
    with pytest.raises(EnforcedSpendLimitReachedError):
        client.messages.create(**order())
    with pytest.raises(EnforcedSpendLimitReachedError):
        client.messages.batches.create(requests=[{"custom_id": "a", "params": order()}])
    assert bill(provider)["requests"] == 1


def test_a_client_that_gives_up_is_billed(client: anthropic.Anthropic, provider: str) -> None:
    control(provider, "faults", {"slow": {"seconds": 0.3}})
    with pytest.raises(anthropic.APITimeoutError):
        client.with_options(timeout=0.1).messages.create(**order())
    wait_until(lambda: bill(provider)["requests"] == 1)


def test_two_hundred_slow_calls_run_at_once(provider: str) -> None:
    control(provider, "settings", {"hold": True})

    async def all_of_them() -> list[Any]:
        options: dict[str, Any] = {"api_key": "test", "base_url": provider, "max_retries": 0}
        async with anthropic.AsyncAnthropic(**options) as client:
            calls = [asyncio.ensure_future(client.messages.create(**order(steps=n))) for n in range(200)]
            while control(provider, "calls")["in_flight"] < 200:
                await asyncio.sleep(0.02)
            assert bill(provider)["requests"] == 0
            control(provider, "settings", {"hold": False})
            return await asyncio.gather(*calls)

    answers = asyncio.run(all_of_them())
    assert len({answer.id for answer in answers}) == 200
    assert bill(provider)["requests"] == 200
    assert bill(provider)["paid_twice"] == 0


def test_other_schemas_are_filled_too(client: anthropic.Anthropic) -> None:
    schema = {
        "type": "object",
        "properties": {
            "rating": {"type": "integer", "description": "{minimum: 1, maximum: 10}"},
            "action": {"enum": ["SEND", "SKIP"]},
            "note": {"anyOf": [{"$ref": "#/$defs/note"}, {"type": "null"}]},
            "tags": TEXTS,
        },
        "$defs": {"note": {"type": "string", "description": "{maxLength: 12}"}},
        "required": ["rating", "action", "note", "tags"],
        "additionalProperties": False,
    }
    request = order(output_config={"format": {"type": "json_schema", "schema": schema}})
    found = brief_of(client.messages.create(**request))
    assert 1 <= found["rating"] <= 10
    assert found["action"] in ("SEND", "SKIP")
    assert len(found["note"]) <= 12
    assert found["tags"]


def test_without_a_schema_the_answer_is_plain_text(client: anthropic.Anthropic) -> None:
    request = {name: value for name, value in order().items() if name != "output_config"}
    assert "steps" in client.messages.create(**request).content[0].text
    request["messages"] = [{"role": "user", "content": "Hello"}]
    assert client.messages.create(**request).content[0].text
