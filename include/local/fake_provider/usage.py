"""Tokens by a fixed rule, the prompt cache, and what a request costs."""

import hashlib
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from include.local.fake_provider.settings import BATCH_SHARE, CACHE_WRITE, PICO, PRICES, Price, Settings
from include.local.fake_provider.wire import output_schema

CACHE_SECONDS = 300.0  # of an entry that nobody reads


class Usage(NamedTuple):
    """Tokens of one answered request."""

    input: int
    cache_write: int
    cache_read: int
    output: int

    def document(self, tier: str) -> dict[str, Any]:
        """The API's form."""
        return {
            "input_tokens": self.input,
            "cache_creation_input_tokens": self.cache_write,
            "cache_read_input_tokens": self.cache_read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.cache_write,
                "ephemeral_1h_input_tokens": 0,
            },
            "output_tokens": self.output,
            "service_tier": tier,
        }


class Prompt(NamedTuple):
    """What is read of a request: its parts in order, each with whether a cache entry ends there."""

    model: str
    parts: list[tuple[bytes, bool]]


def body_hash(params: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical body: model, system, messages and schema, keys sorted."""
    body = {name: params.get(name) for name in ("model", "system", "messages")}
    body["schema"] = output_schema(params)
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def read_prompt(params: Mapping[str, Any]) -> Prompt:
    """The schema and tools, the system prompt, then the messages, as bytes of text."""
    parts = [(orjson.dumps(extra), False) for extra in (output_schema(params), params.get("tools")) if extra]
    for content in (params.get("system") or "", *(turn["content"] for turn in params["messages"])):
        parts += [(content.encode(), False)] if isinstance(content, str) else map(_block, content)
    if params.get("cache_control"):
        parts[-1] = (parts[-1][0], True)
    return Prompt(params["model"], parts)


def _block(block: Mapping[str, Any]) -> tuple[bytes, bool]:
    text = block["text"].encode() if block["type"] == "text" else orjson.dumps(block)
    return text, bool(block.get("cache_control"))


def tokens(size: int, settings: Settings) -> int:
    """Tokens in `size` bytes of text."""
    return math.ceil(size / settings.bytes_per_token)


def prompt_tokens(prompt: Prompt, settings: Settings) -> int:
    """All tokens that go in, cached or not."""
    return tokens(sum(len(part) for part, _ in prompt.parts), settings)


class Cache:
    """Prefixes that were read lately, by hash; an entry is renewed by each reading."""

    def __init__(self) -> None:
        self._expiry: dict[bytes, float] = {}

    def use(self, prompt: Prompt, output: int, now: float, settings: Settings) -> Usage:
        """Usage of an answer of `output` tokens; the marked prefixes are cached from now on."""
        total = prompt_tokens(prompt, settings)
        read = written = 0
        for key, size in self._prefixes(prompt, settings):
            if self._expiry.get(key, 0.0) > now:
                read = size
            else:
                written = size - read
            self._expiry[key] = now + CACHE_SECONDS
        return Usage(total - read - written, written, read, output)

    @staticmethod
    def _prefixes(prompt: Prompt, settings: Settings) -> list[tuple[bytes, int]]:
        if not any(ends for _, ends in prompt.parts):
            return []
        digest, size, found = hashlib.sha256(prompt.model.encode()), 0, []
        for part, ends in prompt.parts:
            digest.update(part)
            size += len(part)
            if ends and tokens(size, settings) >= settings.cache_minimum_tokens:
                found.append((digest.digest(), tokens(size, settings)))
        return found


def picodollars(model: str, usage: Usage, *, batched: bool) -> int:
    """What the request costs, in whole 10⁻¹² US dollars."""
    price: Price = PRICES[model]
    weighted = usage.input + CACHE_WRITE * usage.cache_write + price.cache_read * usage.cache_read
    per_million = weighted * price.input + usage.output * price.output
    return round(per_million * (BATCH_SHARE if batched else 1.0) * (PICO // 10**6))
