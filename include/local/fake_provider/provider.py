"""The provider's state, and the work on one request: what is refused, answered and billed."""

import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from include.local.fake_provider import answers, bill
from include.local.fake_provider.faults import Endpoint, Faults
from include.local.fake_provider.limits import Limits
from include.local.fake_provider.settings import PICO, PRICES, Settings
from include.local.fake_provider.usage import (
    Cache,
    Usage,
    body_hash,
    picodollars,
    prompt_tokens,
    read_prompt,
    tokens,
)
from include.local.fake_provider.wire import Dropped, Refused, new_id

REFUSAL_TOKENS = 3
SPENT = "You have reached your specified API usage limits."


class Reply(NamedTuple):
    """What the model made of a request, before anybody paid."""

    text: str | None  # None: a refusal
    stop_reason: str
    outcome: str  # for the bill


class Done(NamedTuple):
    """A finished request: the API's message document and its line of the bill."""

    message: dict[str, Any]
    line: bill.Line


class Provider:
    """Settings, faults, limits, prompt cache and bill of one running provider."""

    def __init__(self, state: Path, settings: Settings, order: Mapping[str, Any], seed: int) -> None:
        state.mkdir(parents=True, exist_ok=True)
        self.state, self.settings, self.seed = state, settings, seed
        self._first_settings, self._first_faults = settings, order
        self.faults, self.limits, self.cache = Faults(order, seed), Limits(), Cache()
        self._random = Random(seed)
        self.db = sqlite3.connect(state / "provider.sqlite", check_same_thread=False)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = NORMAL")  # the end of this process loses nothing
        self.db.executescript(bill.TABLE)
        self.spent = sum(group["usd"] for group in bill.summary(self.db)["by_model"].values())

    def reset(self) -> None:
        """Forget the bill, the limits' levels and cached prefixes; settings and faults as at the start."""
        with self.db:
            self.db.execute("DELETE FROM bill")
        self.settings = self._first_settings.model_copy()
        self.faults, self.limits, self.cache = Faults(self._first_faults, self.seed), Limits(), Cache()
        self._random = Random(self.seed)
        self.spent = 0.0

    def refuse_or_delay(self, endpoint: Endpoint, model: str | None = None) -> float:
        """Raise what the faults say for a call before its work; returns extra seconds to take."""
        strikes = self.faults.strikes
        if strikes("dropped_before", endpoint, model):
            raise Dropped
        if strikes("authentication", endpoint, model):
            raise Refused(401, "authentication_error", "invalid x-api-key")
        if strikes("credit", endpoint, model):
            raise Refused(402, "billing_error", "Your credit balance is too low to access the API.")
        if rule := strikes("spend_limit", endpoint, model):
            raise spend_limit_reached(rule.code)
        if rule := strikes("rate_limit", endpoint, model):
            raise Refused(429, "rate_limit_error", "Rate limited.", headers=_wait(rule.retry_after))
        if rule := strikes("overloaded", endpoint, model):
            raise Refused(529, "overloaded_error", "Overloaded", headers=_wait(rule.retry_after))
        if strikes("server_error", endpoint, model):
            raise Refused(500, "api_error", "Internal server error")
        rule = strikes("slow", endpoint, model)
        return rule.seconds if rule else 0.0

    def refuse_over_spend_limit(self) -> None:
        """Raise the spend limit's error once as much as the setting says was billed."""
        limit = self.settings.spend_limit_usd
        if limit is not None and self.spent >= limit:
            raise spend_limit_reached(None)

    def admit(self, params: Mapping[str, Any]) -> None:
        """Count a message against the rate limits."""
        self.limits.admit(prompt_tokens(read_prompt(params), self.settings), self.settings, time.time())

    def work(self, params: Mapping[str, Any], batch_id: str | None, custom_id: str | None) -> Done:
        """Answer an admissible request; the caller puts the line on the bill."""
        batched, model = batch_id is not None, params["model"]
        reply = self._reply(params, "create" if batched else "messages")
        size = 0 if reply.text is None else len(reply.text.encode())
        output = min(tokens(size, self.settings) or REFUSAL_TOKENS, params["max_tokens"])
        now = time.time()
        usage = self.cache.use(read_prompt(params), output, now, self.settings)
        kind = "batch" if batched else "message"
        cost = picodollars(model, usage, batched=batched)
        line = bill.Line(now, kind, model, body_hash(params), custom_id, batch_id, usage, cost, reply.outcome)
        return Done(_message(model, reply, usage, batched), line)

    def charge(self, lines: list[bill.Line]) -> None:
        """Put the lines on the bill; on return they are on disk."""
        self.spent += bill.add(self.db, lines) / PICO

    def _reply(self, params: Mapping[str, Any], endpoint: Endpoint) -> Reply:
        model, asked, strikes = params["model"], answers.asked_for(params), self.faults.strikes
        if strikes("refusal", endpoint, model, asked):
            return Reply(None, "refusal", "refusal")
        answer, outcome = answers.write(params), "answered"
        if strikes("stubborn" if answers.is_second_try(params) else "ungrounded", endpoint, model, asked):
            answer, outcome = answers.with_false_number(answer, self._random), "ungrounded"
        if rule := strikes("says", endpoint, model, asked):
            answer, outcome = rule.text, "says"
        if strikes("miscounted", endpoint, model, asked):
            answer, outcome = answers.miscounted(answer), "miscounted"
        text = answers.rendered(answer)
        most = int(params["max_tokens"] * self.settings.bytes_per_token)
        if strikes("truncated", endpoint, model, asked):
            most = min(most, len(text) // 2)
        if len(text.encode()) > most:
            return Reply(text.encode()[:most].decode(errors="ignore"), "max_tokens", "truncated")
        return Reply(text, "end_turn", outcome)


def require_model(model: str) -> None:
    """Refuse (404) a model that has no price here."""
    if model not in PRICES:
        raise Refused(404, "not_found_error", f"model: {model}")


def spend_limit_reached(code: str | None) -> Refused:
    """The error for which the SDK raises EnforcedSpendLimitReachedError, a RateLimitError."""
    return Refused(429, "rate_limit_error", SPENT, code=code or "enforced_spend_limit_reached")


def _wait(seconds: float | None) -> dict[str, str]:
    return {} if seconds is None else {"retry-after": f"{seconds:g}"}


def _message(model: str, reply: Reply, usage: Usage, batched: bool) -> dict[str, Any]:
    refused = {"type": "refusal", "category": None, "explanation": None}
    return {
        "id": new_id("msg"),
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [] if reply.text is None else [{"type": "text", "text": reply.text}],
        "stop_reason": reply.stop_reason,
        "stop_sequence": None,
        "stop_details": refused if reply.text is None else None,
        "usage": usage.document("batch" if batched else "standard"),
    }
