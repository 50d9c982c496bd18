"""Rate limits as token buckets that refill continuously, and the headers that tell of them."""

import math
from datetime import UTC, datetime, timedelta

from include.local.fake_provider.settings import Settings
from include.local.fake_provider.wire import Refused

UNLIMITED = 1_000_000_000  # shown in the headers where there is no limit


class Bucket:
    """So many a minute; `level` is what is left."""

    def __init__(self) -> None:
        self._limit = 0
        self._level = 0.0
        self._at = 0.0

    def refill(self, limit: int, now: float) -> float:
        """Bring the level up to `now` (seconds); a changed limit starts full."""
        if limit != self._limit:
            self._limit, self._level = limit, float(limit)
        else:
            self._level = min(float(limit), self._level + (now - self._at) * limit / 60.0)
        self._at = now
        return self._level

    def take(self, amount: float) -> None:
        """Use up `amount`; below zero is possible, since answers are longer than foreseen."""
        self._level -= amount

    def headers(self, what: str, now: float) -> dict[str, str]:
        """The limit, what remains, and when it is full again."""
        limit, left = (self._limit, max(0, math.floor(self._level))) if self._limit else (UNLIMITED,) * 2
        missing_s = (limit - left) * 60.0 / limit
        full = datetime.fromtimestamp(now, UTC) + timedelta(seconds=missing_s)
        start = f"anthropic-ratelimit-{what}-"
        return {
            start + "limit": str(limit),
            start + "remaining": str(left),
            start + "reset": full.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


class Limits:
    """Requests, input tokens and output tokens per minute."""

    def __init__(self) -> None:
        self._requests, self._input, self._output = Bucket(), Bucket(), Bucket()

    def admit(self, input_tokens: int, settings: Settings, now: float) -> None:
        """Count a request in; over a limit it is refused (429) with the seconds to wait."""
        wanted = (
            (self._requests, settings.requests_per_minute, 1.0),
            (self._input, settings.input_tokens_per_minute, float(input_tokens)),
            (self._output, settings.output_tokens_per_minute, 1.0),
        )
        waits = []
        for bucket, limit, need in wanted:
            level = bucket.refill(limit, now)
            waits.append((need - level) * 60.0 / limit if limit else 0.0)
        if max(waits) > 0.0:
            raise Refused(
                429,
                "rate_limit_error",
                "This request would exceed your organization's rate limit. Please slow down.",
                headers={"retry-after": str(math.ceil(max(waits)))},
            )
        self._requests.take(1.0)
        self._input.take(float(input_tokens))

    def answered(self, output_tokens: int) -> None:
        """Count what was written."""
        self._output.take(float(output_tokens))

    def headers(self, now: float) -> dict[str, str]:
        """All of the anthropic-ratelimit-… headers."""
        return {
            **self._requests.headers("requests", now),
            **self._input.headers("input-tokens", now),
            **self._output.headers("output-tokens", now),
        }
