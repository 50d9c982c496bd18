"""Faults to order: which, how often, where. Chance comes from one seeded generator.

A lost answer is `dropped_after`: of a message (billed), of a batch's creation ("endpoint": "create"; the batch
is there) or of a cancellation. `ungrounded` strikes first tries, `stubborn` second ones, which are mended
otherwise. Faults of the answer strike a batch's requests too, as endpoint "create". Rules without an endpoint
hold for all of them.
"""

import random
from collections.abc import Mapping, Set
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

Endpoint = Literal[
    "messages", "create", "list", "retrieve", "cancel", "delete", "results", "models", "count_tokens"
]
Name = Literal[
    # before the work: nothing is billed
    "rate_limit",
    "overloaded",
    "server_error",
    "authentication",
    "spend_limit",
    "credit",
    "slow",
    "dropped_before",
    # in the answer: billed
    "truncated",
    "refusal",
    "ungrounded",
    "stubborn",
    "miscounted",
    "says",
    # after the work: billed, and no answer
    "dropped_after",
    # of a batch
    "batch_errored",
    "batch_expired",
    "results_cut",
]
NAMES: tuple[str, ...] = get_args(Name)


class Rule(BaseModel):
    """When a fault strikes: always, with the chance `share`, or the `next` so many times."""

    model_config = ConfigDict(extra="forbid")

    share: float = Field(1.0, ge=0, le=1)
    next: int | None = Field(None, ge=0, description="strikes left; null = no end")
    skip: int = Field(0, ge=0, description="matching calls that are spared first")
    model: str | None = Field(None, description="only requests to this model")
    endpoint: Endpoint | None = Field(None, description="only this endpoint")
    asked: str | None = Field(
        None, description="faults of the answer: only requests for a document with this field"
    )
    retry_after: float | None = Field(
        None, ge=0, description="rate_limit, overloaded: the header, in seconds"
    )
    seconds: float = Field(1.0, ge=0, description="slow: added to the latency")
    portion: float = Field(1.0, ge=0, le=1, description="batch_errored, batch_expired: share of its requests")
    cut_at: float = Field(0.5, ge=0, le=1, description="results_cut: share of the bytes that arrives")
    code: str | None = Field(None, description="spend_limit: the error_code")
    text: str = Field("", description="says: the whole answer, word for word")


class Order(BaseModel):
    """The whole set of rules: each name with one rule or several."""

    model_config = ConfigDict(extra="forbid")

    rules: dict[Name, list[Rule]]

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, document: Any) -> Any:
        rules = document.get("rules") if isinstance(document, dict) else None
        if not isinstance(rules, dict):
            raise ValueError('faults are an object such as {"overloaded": {"share": 0.3}}')  # noqa: TRY004
        return {"rules": {name: rule if isinstance(rule, list) else [rule] for name, rule in rules.items()}}


_ORDER = TypeAdapter(Order)


class Faults:
    """The rules in force."""

    def __init__(self, order: Mapping[str, Any], seed: int) -> None:
        self._random = random.Random(seed)
        self.order(order)

    def order(self, document: Mapping[str, Any]) -> None:
        """Replace all rules; raises pydantic's ValidationError where the document is wrong."""
        self._rules = _ORDER.validate_python({"rules": document}).rules

    def shown(self) -> dict[str, Any]:
        """The rules in force, with the strikes that are left."""
        return {
            name: [rule.model_dump(exclude_defaults=True) for rule in rules]
            for name, rules in self._rules.items()
        }

    def strikes(
        self, name: Name, endpoint: Endpoint, model: str | None = None, asked: Set[str] = frozenset()
    ) -> Rule | None:
        """The rule by which `name` strikes this call, or None; counts it down."""
        for rule in self._rules.get(name, ()):
            if rule.endpoint not in (None, endpoint) or rule.model not in (None, model):
                continue
            if rule.asked is not None and rule.asked not in asked:
                continue
            if rule.skip:
                rule.skip -= 1
            elif rule.next != 0 and (rule.share == 1.0 or self._random.random() < rule.share):
                rule.next = None if rule.next is None else rule.next - 1
                return rule
        return None
