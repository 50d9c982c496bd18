"""Requests for briefs, as the tests send them."""

import json
from typing import Any

HAIKU, SONNET = "claude-haiku-5-5", "claude-sonnet-5-5"
TEXTS = {"type": "array", "items": {"type": "string"}}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "headline": {"type": "string"},
        "narrative": {"type": "string"},
        "insights": TEXTS,
        "recommendations": TEXTS,
        "watch": TEXTS,
    },
    "required": ["headline", "narrative", "insights", "recommendations", "watch"],
    "additionalProperties": False,
}


def facts(steps: int = 8123) -> dict[str, Any]:
    """A facts document of two metrics."""
    return {
        "metrics": {
            "steps": {
                "unit": "steps",
                "this_week": steps,
                "usual": 7456,
                "change": steps - 7456,
                "change_percent": 8.9,
                "days": 7,
                "usual_days": 27,
                "highest": {"weekday": "Saturday", "value": 12001},
                "lowest": {"weekday": "Monday", "value": 4002},
            },
            "resting_heart_rate": {
                "unit": "bpm",
                "this_week": 57.3,
                "usual": 58.5,
                "change": -1.2,
                "days": 6,
            },
        },
        "insights": [
            {"kind": "change", "metric": "steps", "this": steps, "baseline": 7456, "change": steps - 7456},
            {
                "kind": "streak",
                "metric": "resting_heart_rate",
                "direction": "down",
                "length": 5,
                "threshold": 58,
            },
        ],
        "velocity": {"7": {"score": 61, "direction": "up"}, "90": None},
        "days_with_data": 7,
    }


def order(model: str = HAIKU, *, steps: int = 8123, **changes: Any) -> dict[str, Any]:
    """A request for the brief of those facts."""
    return {
        "model": model,
        "max_tokens": 2000,
        "system": "Write a brief.",
        "messages": [{"role": "user", "content": json.dumps({"facts": facts(steps)})}],
        "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
        **changes,
    }


def second_try(first: dict[str, Any], answer: str) -> dict[str, Any]:
    """The request again, with what was wrong with its answer."""
    problems = json.dumps({"problems": ["a number is not in the facts"]})
    turns = [{"role": "assistant", "content": answer}, {"role": "user", "content": problems}]
    return {**first, "messages": [*first["messages"], *turns]}


def batch_of(count: int, **changes: Any) -> list[dict[str, Any]]:
    """Requests of a batch, each with other facts."""
    return [{"custom_id": f"user-{n}", "params": order(steps=8000 + n, **changes)} for n in range(count)]


def numbers_of(text: str) -> set[float]:
    """Every number that is written in digits."""
    import re

    return {float(found.replace(",", "")) for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}
