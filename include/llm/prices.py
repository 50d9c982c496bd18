"""What a call costs, and the most that it can cost."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from include.llm.models import Usage

PRICES = Path(__file__).with_name("prices.toml")
OVERHEAD_TOKENS = 1_000  # what the provider adds for the form of the answer
MILLION = 1_000_000
DECIMALS = 9


class UnknownModel(ValueError):
    """A model without a price cannot be held to a cap."""


@cache
def table() -> dict[str, Any]:
    """The dated price list."""
    return tomllib.loads(PRICES.read_text())


def of_model(model: str) -> dict[str, float]:
    """US dollars per million tokens of input, output, cache_write and cache_read."""
    found: dict[str, float] | None = table()["models"].get(model)
    if found is None:
        known = ", ".join(table()["models"])
        raise UnknownModel(f"{model} has no price in {PRICES.name}: add it there, or choose one of {known}")
    return found


def cost(model: str, usage: Usage, *, batch: bool) -> float:
    """US dollars of a call as billed."""
    price = of_model(model)
    usd = (
        usage.input * price["input"]
        + usage.output * price["output"]
        + usage.cache_write * price["cache_write"]
        + usage.cache_read * price["cache_read"]
    ) / MILLION
    return round(usd * (table()["batch_share"] if batch else 1.0), DECIMALS)


def most(model: str, body_bytes: int, max_tokens: int, *, batch: bool) -> float:
    """US dollars that a call can cost at the very most.

    A token is at least one byte of the request, so that its bytes bound its tokens whatever the
    language; each may be written to the cache, which is the dearest way to read it.
    """
    price = of_model(model)
    dearest = max(price["input"], price["cache_write"])
    usd = ((body_bytes + OVERHEAD_TOKENS) * dearest + max_tokens * price["output"]) / MILLION
    return round(usd * (table()["batch_share"] if batch else 1.0), DECIMALS)
