"""The only use of the SDK: what is sent, and what its answers and errors mean.

The SDK's own retries are off: a retry that nobody wrote down could be paid twice.
"""

import json
import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from include.llm.models import Outcome, Prompt, Request, Result, Usage, WritingJob

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic
    from anthropic.types import Message

MOST_PROBLEMS = 10

logging.getLogger("anthropic").setLevel(logging.INFO)  # below that it tells whole requests


@cache
def schema_of(answer: type[BaseModel]) -> dict[str, Any]:
    """The answer's form as the API takes it: bounds it does not know move into the descriptions."""
    from anthropic import transform_schema

    return transform_schema(answer)


def facts_key(facts: str, prompt: Prompt, provider: str = "") -> str:
    """Hash of all that a text depends on, the model apart.

    The provider is part of it: what a stand-in wrote is never given out as Anthropic's.
    """
    form = json.dumps(schema_of(prompt.answer))
    parts = [facts, prompt.version, prompt.system, str(prompt.max_tokens), form, provider]
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(blake2b(part.encode(), digest_size=16).digest())
    return digest.hexdigest()


def body(job: WritingJob, request: Request, model: str) -> dict[str, Any]:
    """The parameters of one message: instruction, facts, and for a second attempt what was wrong."""
    prompt = job.prompt(request.prompt_version)
    messages = [{"role": "user", "content": request.facts}]
    if request.attempt:
        if request.refused_text and request.refused_text.strip():  # the provider takes no empty message
            messages.append({"role": "assistant", "content": request.refused_text})
        messages.append({"role": "user", "content": json.dumps({"problems": request.problems})})
    return {
        "model": model,
        "max_tokens": prompt.max_tokens,
        "system": [{"type": "text", "text": prompt.system, "cache_control": {"type": "ephemeral"}}],
        "messages": messages,
        "output_config": {"format": {"type": "json_schema", "schema": schema_of(prompt.answer)}},
    }


def size_of(parameters: Mapping[str, Any]) -> int:
    """Bytes of a request as sent."""
    return len(json.dumps(parameters, ensure_ascii=False).encode())


async def fetch(client: "AsyncAnthropic", job: WritingJob, request: Request, model: str) -> Result:
    """One call and what came back, not yet judged; never raises for what the provider or the line does."""
    import anthropic

    start = time.monotonic()
    came = None
    try:
        raw = await client.messages.with_raw_response.create(**body(job, request, model))
        came = time.monotonic()
        result = read(await raw.parse())._replace(retry_after_s=_wait(raw.headers, datetime.now(UTC)))
    except anthropic.APIStatusError as error:
        result = Result(outcome_of(error), retry_after_s=_wait(error.response.headers, datetime.now(UTC)))
    except anthropic.APIConnectionError as error:
        result = Result(Outcome.UNAVAILABLE if never_sent(error) else Outcome.LOST)
    except (anthropic.APIError, ValueError, TypeError, AttributeError) as error:
        # The SDK's word for a connection without a key, or something came back that is no answer.
        no_key = isinstance(error, TypeError) and came is None
        result = Result(Outcome.DENIED if no_key else Outcome.LOST)
    return result._replace(latency_ms=int(((came or time.monotonic()) - start) * 1000))


def read(message: "Message") -> Result:
    """A message's text and bill; whether the text is of use, `judge` says."""
    used = message.usage
    usage = Usage(
        used.input_tokens,
        used.output_tokens,
        used.cache_read_input_tokens or 0,
        used.cache_creation_input_tokens or 0,
    )
    text = "".join(block.text for block in message.content if block.type == "text")
    if message.stop_reason == "refusal":
        return Result(Outcome.REFUSED, usage)
    if message.stop_reason == "max_tokens":
        return Result(Outcome.TRUNCATED, usage, text, problems=["the text was longer than allowed: be brief"])
    return Result(Outcome.ANSWERED, usage, text)


def judge(job: WritingJob, request: Request, result: Result) -> Result:
    """An answer held to the form and to the facts; any other result as it is."""
    if result.outcome is not Outcome.ANSWERED:
        return result
    prompt = job.prompt(request.prompt_version)
    try:
        answer = prompt.answer.model_validate_json(result.text or "").model_dump()
    except ValidationError as error:
        wrong = [
            f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_input=False)
        ]
        return result._replace(outcome=Outcome.INVALID, problems=wrong[:MOST_PROBLEMS])
    try:
        problems = prompt.problems(json.loads(request.facts), answer)
    except Exception as error:  # what cannot be checked is not true; the bill is known all the same
        problems = [f"the text could not be checked ({type(error).__name__})"]
    if problems:
        return result._replace(outcome=Outcome.UNGROUNDED, problems=problems[:MOST_PROBLEMS])
    return result._replace(outcome=Outcome.GROUNDED, answer=answer)


def outcome_of(error: Any) -> Outcome:
    """What an error of the API means for the money and for the next step."""
    import anthropic
    from anthropic.types import shared

    limits = (shared.EnforcedSpendLimitReachedError, shared.ContractSpendLimitReachedError)
    if isinstance(error, (anthropic.PaymentRequiredError, *limits)):
        return Outcome.SPEND_LIMIT
    if isinstance(error, anthropic.RateLimitError):
        return Outcome.RATE_LIMITED
    if isinstance(error, anthropic.OverloadedError):
        return Outcome.OVERLOADED
    if isinstance(error, (anthropic.AuthenticationError, anthropic.PermissionDeniedError)):
        return Outcome.DENIED
    if error.status_code in {408, 504}:
        return Outcome.LOST  # the work may have been done behind the time-out
    return Outcome.UNAVAILABLE if error.status_code >= 500 else Outcome.REJECTED


def trouble() -> tuple[type[Exception], ...]:
    """What the line or the provider can raise while a batch is looked for, followed or collected."""
    import anthropic
    import httpx2

    return (anthropic.APIError, httpx2.HTTPError)


def never_sent(error: BaseException) -> bool:
    """Whether the connection was not even made: nothing can have been billed."""
    import httpx2

    return isinstance(error.__cause__, (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout))


def _wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait before the next call, as the provider asks; None = none."""
    if after := headers.get("retry-after"):
        try:
            return float(after)
        except ValueError:
            return None
    if headers.get("anthropic-ratelimit-requests-remaining") == "0":
        return _until(headers.get("anthropic-ratelimit-requests-reset"), now)
    return None


def _until(moment: str | None, now: datetime) -> float | None:
    try:
        return max((datetime.fromisoformat(moment or "") - now).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None
