"""What the model would answer: a brief, a coaching message or how it would be taken, anything else, or plain text."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Set
from random import Random
from typing import Any, NamedTuple

import orjson

from include.local.fake_provider import coaching, prose
from include.local.fake_provider.wire import output_schema

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
BOUNDS = re.compile(r"(minimum|maximum|minItems|maxItems|minLength|maxLength): (-?\d+(?:\.\d+)?)")
NEUTRAL = (
    "All is well so far.",
    "Things go on as before.",
    "Nothing unusual came up.",
    "Take it step by step.",
)


def write(params: Mapping[str, Any]) -> Any:
    """The answer to a request as a document (str where no schema is asked for); equal requests, equal answers."""
    user_text = _first_user_text(params)
    document = _parsed(user_text)
    turns = len(params["messages"])
    chance = Random(hashlib.sha256(f"{turns}{user_text}".encode()).digest())
    schema = output_schema(params)
    facts = document.get("facts") if isinstance(document, dict) else None
    asked = asked_for(params)
    if asked >= prose.FIELDS and facts:
        return prose.brief(facts, chance)
    if asked == coaching.MESSAGE_FIELDS and facts:
        return coaching.message(document, chance)
    if asked == coaching.SIMULATION_FIELDS and facts:
        return coaching.simulation(document, chance)
    phrases = _phrases(document) or list(NEUTRAL)
    if schema is not None:
        return Sampler(schema.get("$defs") or {}, phrases, chance).value(schema)
    return prose.brief(facts, chance)["narrative"] if facts else chance.choice(NEUTRAL)


def asked_for(params: Mapping[str, Any]) -> Set[str]:
    """The fields of the document that is asked for; none where it is plain text."""
    return ((output_schema(params) or {}).get("properties") or {}).keys()


def is_second_try(params: Mapping[str, Any]) -> bool:
    """Whether the last message tells what was wrong with the first answer."""
    if len(params["messages"]) < 3:
        return False
    last = _parsed(_text(params["messages"][-1]["content"]))
    return isinstance(last, dict) and "problems" in last


def with_false_number(answer: Any, chance: Random) -> Any:
    """The same answer with a number in its longest text that no facts have."""
    false = f"{chance.randrange(100_000, 999_999):,}"

    def spoil(text: str) -> str:
        found = NUMBER.search(text)
        if found is None:
            return f"{text} That makes {false} in all."
        return text[: found.start()] + false + text[found.end() :]

    if isinstance(answer, str):
        return spoil(answer)
    if not isinstance(answer, dict):
        return answer
    texts = {name: value for name, value in answer.items() if isinstance(value, str)}
    if not texts:
        return answer
    longest = max(texts, key=lambda name: len(texts[name]))
    return answer | {longest: spoil(answer[longest])}


def miscounted(answer: Any) -> Any:
    """The same answer with one insight too few (one too many where there are none)."""
    if not isinstance(answer, dict) or not isinstance(answer.get("insights"), list):
        return answer
    return answer | {"insights": answer["insights"][:-1] or ["Something else stood out."]}


def rendered(answer: Any) -> str:
    """The text block's content."""
    return answer if isinstance(answer, str) else orjson.dumps(answer).decode()


def _first_user_text(params: Mapping[str, Any]) -> str:
    return next((_text(turn["content"]) for turn in params["messages"] if turn["role"] == "user"), "")


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(block["text"] for block in content if block["type"] == "text")


def _parsed(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _phrases(document: Any) -> list[str]:
    """Sentences from the strings of a document that look like words."""
    words = [text for text in _strings(document) if 2 < len(text) < 60 and "{" not in text]
    return [f"This is about {text.strip().rstrip('.')}." for text in words[:20]]


def _strings(document: Any) -> Iterator[str]:
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict | list):
        for part in document.values() if isinstance(document, dict) else document:
            yield from _strings(part)


class Sampler(NamedTuple):
    """Makes values of a JSON schema; bounds are read from descriptions, where the SDK puts them."""

    defs: Mapping[str, Any]
    phrases: list[str]
    chance: Random

    def value(self, schema: Mapping[str, Any], depth: int = 0) -> Any:
        """A value of `schema`; choices are taken first, then the type."""
        if "$ref" in schema:
            return self.value(self.defs[schema["$ref"].rsplit("/", 1)[-1]], depth)
        if "const" in schema or schema.get("enum"):
            return schema["const"] if "const" in schema else self.chance.choice(schema["enum"])
        for group in ("anyOf", "allOf"):
            if schema.get(group):
                return self.value(schema[group][0], depth)
        bounds = {name: float(value) for name, value in BOUNDS.findall(schema.get("description") or "")}
        match _kind(schema):
            case "object":
                parts = schema.get("properties") or {}
                return {name: self.value(part, depth + 1) for name, part in parts.items()}
            case "array":
                least = int(bounds.get("minItems", schema.get("minItems", 0)))
                count = least or (1 if depth < 4 else 0)
                return [self.value(schema.get("items") or {}, depth + 1) for _ in range(count)]
        return self._scalar(schema, bounds)

    def _scalar(self, schema: Mapping[str, Any], bounds: Mapping[str, float]) -> Any:
        low = bounds.get("minimum", 0.0)
        high = max(low, bounds.get("maximum", low + 10.0))
        match _kind(schema):
            case "null":
                return None
            case "boolean":
                return self.chance.random() < 0.5
            case "integer":
                return self.chance.randint(int(low), int(high))
            case "number":
                return round(self.chance.uniform(low, high), 2)
        if schema.get("format") in FORMATS:
            return FORMATS[schema["format"]]
        text = self.chance.choice(self.phrases)
        return text[: int(bounds["maxLength"])] if "maxLength" in bounds else text


def _kind(schema: Mapping[str, Any]) -> str | None:
    kind = schema.get("type")
    return kind[0] if isinstance(kind, list) else kind


FORMATS = {
    "date": "2026-01-05",
    "date-time": "2026-01-05T08:00:00Z",
    "time": "08:00:00Z",
    "duration": "PT1H",
    "email": "someone@example.org",
    "hostname": "example.org",
    "uri": "https://example.org/",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
