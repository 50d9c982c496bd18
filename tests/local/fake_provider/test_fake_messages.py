"""Messages through the real SDK: what the client sees, and what the bill says."""

import json
from typing import Any

import anthropic
import pytest

from include.local.fake_provider import control

HAIKU, SONNET = "claude-haiku-5-5", "claude-sonnet-5-5"
TEXTS = {"type": "array", "items": {"type": "string"}}
SCHEMA = {
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
FACTS = {
    "metrics": {
        "steps": {
            **{
                "unit": "steps",
                "this_week": 8123,
                "usual": 7456,
                "change": 667,
                "change_percent": 8.9,
                "days": 7,
            },
            **{"usual_days": 27, "highest": {"weekday": "Saturday", "value": 12001}},
        }
    },
    "insights": [
        {
            "kind": "change",
            "metric": "steps",
            "direction": "up",
            "this": 8123,
            "baseline": 7456,
            "change": 667,
        }
    ],
    "velocity": {"7": {"score": 61, "direction": "up"}, "90": None},
    "days_with_data": 7,
}


def order(model: str = HAIKU, **changes: Any) -> dict[str, Any]:
    """A request for a brief."""
    return {
        "model": model,
        "max_tokens": 2000,
        "system": "Write a brief.",
        "messages": [{"role": "user", "content": json.dumps({"facts": FACTS})}],
        "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
        **changes,
    }


def test_a_message_is_answered_in_the_schema_and_billed_once(
    client: anthropic.Anthropic, provider: str
) -> None:
    answer = client.messages.create(**order())
    assert answer.stop_reason == "end_turn"
    brief = json.loads(answer.content[0].text)
    assert brief.keys() == SCHEMA["properties"].keys()
    assert len(brief["insights"]) == len(FACTS["insights"])
    bill = control(provider, "bill")
    assert bill["requests"] == 1
    assert bill["paid_twice"] == 0
    expected = (answer.usage.input_tokens * 0.10 + answer.usage.output_tokens * 0.50) / 1e6
    assert bill["usd"] == pytest.approx(expected, abs=1e-12)
    assert bill["by_model"][HAIKU]["requests"] == 1
