"""What is sent, and what the SDK's answers and errors are taken to mean."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import anthropic
import httpx2
import pytest

from include.intelligence.prompting import BriefAnswer
from include.llm import client
from include.llm.models import Outcome, Request, Result, WritingJob
from tests.llm.notes import JOB, Note, facts, key_of, prompt

SONNET = "claude-sonnet-5-5"


def request(**changes: Any) -> Request:
    text = facts(7)
    return Request(key_of(text), 7, "note-1", text)._replace(**changes)


async def ask(sdk: anthropic.AsyncAnthropic, **changes: Any) -> Result:
    """One call, judged."""
    asked = request(**changes)
    return client.judge(JOB, asked, await client.fetch(sdk, JOB, asked, SONNET))


def ask_over(answer: Callable[[httpx2.Request], httpx2.Response]) -> Result:
    """One call over a line that answers like this."""

    async def go() -> Result:
        line = anthropic.DefaultAsyncHttpxClient(transport=httpx2.MockTransport(answer))
        async with anthropic.AsyncAnthropic(api_key="k", http_client=line, max_retries=0) as sdk:
            return await ask(sdk)

    return asyncio.run(go())


def message(text: str, **changes: Any) -> dict[str, Any]:
    usage = {"input_tokens": 10, "output_tokens": 5, "cache_read_input_tokens": 3}
    return {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "model": SONNET,
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": usage,
        **changes,
    }


@pytest.fixture
def ask_one(provider: str) -> Callable[..., Result]:
    """One call to the provider."""

    def asked(**changes: Any) -> Result:
        async def go() -> Result:
            async with anthropic.AsyncAnthropic(api_key="k", base_url=provider, max_retries=0) as sdk:
                return await ask(sdk, **changes)

        return asyncio.run(go())

    return asked


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({}, Outcome.GROUNDED),
        ({"rate_limit": {}}, Outcome.RATE_LIMITED),
        ({"overloaded": {}}, Outcome.OVERLOADED),
        ({"server_error": {}}, Outcome.UNAVAILABLE),
        ({"authentication": {}}, Outcome.DENIED),
        ({"spend_limit": {}}, Outcome.SPEND_LIMIT),
        ({"credit": {}}, Outcome.SPEND_LIMIT),
        ({"dropped_before": {}}, Outcome.LOST),  # seen from here, the next one is the same
        ({"dropped_after": {}}, Outcome.LOST),
        ({"truncated": {}}, Outcome.TRUNCATED),
        ({"refusal": {}}, Outcome.REFUSED),
        ({"ungrounded": {}}, Outcome.UNGROUNDED),
        ({"says": {"text": '{"text": "fine"'}}, Outcome.INVALID),
        ({"says": {"text": '{"text": "fine", "more": 1}'}}, Outcome.INVALID),
        ({"says": {"text": '{"text": 7}'}}, Outcome.INVALID),
    ],
)
def test_every_fault_has_its_outcome(
    ask_one: Callable[..., Result],
    order: Callable[..., None],
    bill: Callable[[], Any],
    fault: dict[str, Any],
    outcome: Outcome,
) -> None:
    order(**fault)
    result = ask_one()
    assert result.outcome is outcome
    paid = bill()["requests"] > 0
    known_or_lost = result.usage is not None or outcome is Outcome.LOST
    assert known_or_lost or not paid, "whatever was billed is known, or counted as lost"
    assert (result.usage is None) or paid


def test_no_connection_is_free() -> None:
    async def go() -> Result:
        async with anthropic.AsyncAnthropic(api_key="k", base_url="http://127.0.0.1:9", max_retries=0) as sdk:
            return await ask(sdk)

    assert asyncio.run(go()).outcome is Outcome.UNAVAILABLE


@pytest.mark.parametrize("status", [400, 404, 413, 422])
def test_a_request_found_wrong_is_rejected(status: int) -> None:
    body = {"type": "error", "error": {"type": "invalid_request_error", "message": "no"}}
    assert ask_over(lambda _: httpx2.Response(status, json=body)).outcome is Outcome.REJECTED


@pytest.mark.parametrize("status", [408, 504])
def test_a_time_out_on_the_way_may_have_been_paid(status: int) -> None:
    assert ask_over(lambda _: httpx2.Response(status, text="late")).outcome is Outcome.LOST


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(200, text="<html>a proxy's page</html>"),
        httpx2.Response(200, text="<html></html>", headers={"content-type": "application/json"}),
        httpx2.Response(200, json={}),
        httpx2.Response(200, json=[1]),
        httpx2.Response(200, json=None),
        httpx2.Response(200, json=message("x", usage=None)),
        httpx2.Response(200, json=message("x", content=None)),
        httpx2.Response(200, json=message("x", content=[{"type": "text"}])),
    ],
    ids=["html", "broken json", "empty", "list", "null", "no usage", "no content", "no text"],
)
def test_what_is_no_answer_is_lost_and_stops_nobody_else(answer: httpx2.Response) -> None:
    assert ask_over(lambda _: answer).outcome is Outcome.LOST


def test_a_check_that_breaks_refuses_the_text_and_keeps_its_cost() -> None:
    def broken(document: dict[str, Any], answer: dict[str, Any]) -> list[str]:
        raise KeyError("a name that must not be told")

    job = WritingJob("notes", lambda version: prompt(version)._replace(problems=broken))
    sdk_message = anthropic.types.Message.model_validate(message('{"text": "fine"}'))
    result = client.judge(job, request(), client.read(sdk_message))
    assert result.outcome is Outcome.UNGROUNDED
    assert result.usage is not None
    assert "must not be told" not in str(result.problems)


def test_waits_are_read_from_the_headers() -> None:
    def wait(**headers: str) -> float | None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return ask_over(
            lambda _: httpx2.Response(200, json=message('{"text": "ok"}'), headers=named)
        ).retry_after_s

    in_a_minute = (datetime.now(UTC) + timedelta(seconds=60)).strftime("%Y-%m-%dT%H:%M:%SZ")
    empty = {
        "anthropic_ratelimit_requests_remaining": "0",
        "anthropic_ratelimit_requests_reset": in_a_minute,
    }
    assert wait() is None
    assert wait(retry_after="2.5") == 2.5
    assert wait(retry_after="soon") is None
    assert wait(**empty) == pytest.approx(60, abs=10)
    assert wait(**{**empty, "anthropic_ratelimit_requests_remaining": "1"}) is None
    assert wait(**{**empty, "anthropic_ratelimit_requests_reset": "never"}) is None
    assert wait(**{**empty, "anthropic_ratelimit_requests_reset": "2020-01-01T00:00:00Z"}) == 0.0


def test_usage_is_taken_as_billed() -> None:
    result = ask_over(lambda _: httpx2.Response(200, json=message('{"text": "ok"}')))
    assert result.usage is not None
    assert tuple(result.usage) == (10, 5, 3, 0)


def test_a_second_try_shows_the_first_text_and_what_was_wrong_with_it() -> None:
    again = request(attempt=1, refused_text='{"text": "12"}', problems=["text: 12 is not in the facts"])
    body = client.body(JOB, again, SONNET)
    assert [one["role"] for one in body["messages"]] == ["user", "assistant", "user"]
    assert body["messages"][0]["content"] == facts(7)
    assert json.loads(body["messages"][2]["content"]) == {"problems": ["text: 12 is not in the facts"]}


def test_a_second_try_after_an_empty_text_can_be_sent() -> None:
    """The API refuses messages without content."""
    for nothing in ("", " ", None):
        body = client.body(JOB, request(attempt=1, refused_text=nothing, problems=["text: missing"]), SONNET)
        assert all(one["content"].strip() for one in body["messages"])
        assert body != client.body(JOB, request(), SONNET), "the first question again would be paid twice"


def test_the_schema_is_one_that_the_provider_takes(provider: str) -> None:
    """Bounds that structured outputs do not know are moved, not lost: the answer is held to them again."""
    from include.local.fake_provider.wire import check_schema

    for answer in (Note, BriefAnswer):
        check_schema("schema", client.schema_of(answer))
    too_long = {
        "headline": "x" * 121,
        "narrative": "n",
        "insights": [],
        "recommendations": ["r"],
        "watch": [],
    }
    with pytest.raises(ValueError, match="headline"):
        BriefAnswer.model_validate(too_long)


def test_the_key_depends_on_everything_a_text_depends_on() -> None:
    text = facts(7)
    keys = {
        client.facts_key(text, prompt("note-1")),
        client.facts_key(facts(8), prompt("note-1")),
        client.facts_key(text, prompt("note-2")),
        client.facts_key(text, prompt("note-1")._replace(system="Write.")),
        client.facts_key(text, prompt("note-1")._replace(max_tokens=201)),
        client.facts_key(text, prompt("note-1")._replace(answer=BriefAnswer)),
    }
    assert len(keys) == 6
    assert key_of(text) in keys


def test_the_model_gets_the_document_and_nothing_about_whose_it_is() -> None:
    body = client.body(JOB, request(user_id=918273645), SONNET)
    assert "918273645" not in json.dumps(body)
    assert set(body) == {"model", "max_tokens", "system", "messages", "output_config"}
