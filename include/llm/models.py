"""Typed values of the writing."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

WriterName = Literal["template", "messages", "batches"]


class WriterSettings(NamedTuple):
    """Which writer a job uses and what it may spend; a row of llm.writer_settings, frozen with the run."""

    writer: WriterName = "template"
    models: tuple[str, ...] = ("claude-sonnet-5-5", "claude-haiku-5-5")  # the ladder
    run_cap_usd: float = 50.0
    day_cap_usd: float = 100.0
    in_flight: int = 100
    experiment: dict[str, Any] | None = None  # {"name": …, "variants": {variant: prompt version}}
    queue_limit: int = 100_000  # requests in unfinished batches, as the organisation's tier allows
    provider: str = ""  # whom the connection leads to, as the run froze it


def frozen_settings(noted: dict[str, Any] | None) -> WriterSettings:
    """The settings as a run froze them (their `_asdict` as JSON); template where nothing was frozen."""
    return WriterSettings(**{**noted, "models": tuple(noted["models"])}) if noted else WriterSettings()


class Prompt(NamedTuple):
    """A versioned instruction, the form of its answers, and what is wrong with one.

    answer: the form, with its bounds; what the model returns is held to it again.
    problems: (facts document, answer) → what does not follow from the facts, one line each, naming
        no person; empty = the answer is true.
    """

    version: str
    system: str
    max_tokens: int
    answer: type[BaseModel]
    problems: Callable[[dict[str, Any], dict[str, Any]], list[str]]


class Request(NamedTuple):
    """One text to be written, at its place in the ladder."""

    facts_key: str
    user_id: int
    prompt_version: str
    facts: str  # the document, as JSON
    rung: int = 0
    attempt: int = 0  # 1 = asked once more, with the problems of the first text
    failures: int = 0  # free ones on this rung
    refused_text: str | None = None
    problems: list[str] | None = None


# (request, its answer, the provider's label) → what to ask next; None = that was the last.
Follow = Callable[[Request, dict[str, Any], str], Request | None]


@dataclass(frozen=True)
class WritingJob:
    """What a domain brings: its prompts by version, and where its texts are conversations, how they go on.

    follow: depends on its arguments alone. The next request is asked for in the transaction that keeps
        the answer, so that no end of a process comes between them.
    """

    name: str
    prompt: Callable[[str], Prompt]
    follow: Follow | None = None


class Usage(NamedTuple):
    """Tokens as billed."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0


class Outcome(StrEnum):
    """What became of a call, and the reason code kept with the user."""

    ANSWERED = "answered"  # nobody has judged the text yet; never recorded
    GROUNDED = "grounded"
    UNGROUNDED = "ungrounded"  # a number, direction or metric that is not in the facts
    INVALID = "invalid"  # not of the schema
    TRUNCATED = "truncated"
    REFUSED = "refused"
    LOST = "lost"  # sent, perhaps paid, no answer
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    UNAVAILABLE = "unavailable"  # an error of the provider, or no connection to it
    REJECTED = "rejected"  # the provider finds the request wrong
    EXPIRED = "expired"  # in a batch, unprocessed for 24 hours
    SPEND_LIMIT = "spend_limit"  # the provider's own cap
    DENIED = "denied"  # key or permission
    BUDGET = "budget"  # our cap
    BREAKER = "breaker_open"
    LATE = "late"  # the run could wait no longer


class Result(NamedTuple):
    """One call's end."""

    outcome: Outcome
    usage: Usage | None = None  # None = nothing was billed
    text: str | None = None
    answer: dict[str, Any] | None = None
    problems: list[str] | None = None
    latency_ms: int | None = None
    retry_after_s: float | None = None
