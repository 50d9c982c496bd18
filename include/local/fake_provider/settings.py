"""What can be set while the fake provider runs, and what its models cost."""

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

PICO = 10**12  # bills are kept in whole picodollars, so that sums are exact


class Price(NamedTuple):
    """US dollars per million tokens; reading the cache costs `cache_read` times the input price."""

    input: float
    output: float
    cache_read: float


PRICES = {
    "claude-sonnet-5-5": Price(2.0, 10.0, 0.05),
    "claude-haiku-5-5": Price(0.10, 0.50, 0.1),
}
CACHE_WRITE = 1.25  # times the input price
BATCH_SHARE = 0.5  # a batched request costs half


class Settings(BaseModel):
    """Every setting; GET /_fake/settings shows them, POST changes those it names."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    latency: float = Field(0.0, ge=0, description="seconds that a message takes")
    hold: bool = Field(False, description="messages wait, admitted and unpaid, until this is false again")
    batch_seconds: float = Field(2.0, ge=0, description="seconds from a batch's creation to its work")
    requests_per_minute: int = Field(0, ge=0, description="0 = no limit, as for the two below")
    input_tokens_per_minute: int = Field(0, ge=0)
    output_tokens_per_minute: int = Field(0, ge=0)
    queue_limit: int = Field(500_000, ge=1, description="requests that may wait in unfinished batches")
    bytes_per_token: float = Field(4.0, gt=0, description="UTF-8 bytes of text that make one token")
    cache_minimum_tokens: int = Field(1024, ge=0, description="shorter prefixes are not cached")
    done_before_cancel: float = Field(0.0, ge=0, le=1, description="share of a cancelled batch done anyhow")
    spend_limit_usd: float | None = Field(None, ge=0, description="once billed, paid calls are refused")
