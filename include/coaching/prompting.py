"""What a model is shown for a coaching message and for its simulation, and what it must answer.

The documents hold what the message is built on and nothing about whose it is: no id, no date, no time zone. Of a
journal they hold what the context holds, without sentences that speak to a model (see `orders`).
"""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from include.coaching import checks
from include.coaching.context import WEEKDAYS, Context
from include.coaching.models import PUSH_LENGTH, Action, Draft, Insight, Simulation
from include.coaching.orders import without_orders
from include.coaching.rules.message_type import Choice
from include.llm.models import Prompt

PROMPTS = Path(__file__).with_name("prompts")
PROMPT_VERSION = "coaching-1"
SIMULATION_VERSION = "simulation-1"
MESSAGE_TOKENS, SIMULATION_TOKENS = 600, 300
MOST_RECENT = 5
WEEKS = ("last week, until Sunday", "the week before last, until its Sunday")
WEEKDAY_KEYS = ("weekday", "best_day", "low_day")
HIDDEN = ("entry", "key", "week_of")  # of what a message is built on: ids and dates


class CoachingAnswer(BaseModel):
    """The form of a message; the fields of Draft by the names of the tables."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    message: Annotated[str, Field(min_length=40, max_length=900)]
    push_notification_text: Annotated[str, Field(min_length=10, max_length=PUSH_LENGTH)]


class SimulationAnswer(BaseModel):
    """The form of a simulated outcome."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    effectiveness_rating: Annotated[int, Field(ge=1, le=10)]
    recommended_action: Action
    reason: Annotated[str, Field(min_length=10, max_length=500)]


@cache
def prompt(version: str) -> Prompt:
    """The instruction of a version. 'coaching-1/simulation-1' is the simulation of a message by coaching-1.

    FileNotFoundError where there is none of that name.
    """
    of_message, _, of_simulation = version.partition("/")
    if of_simulation:
        text = _text(of_simulation, "simulation")
        return Prompt(version, text, SIMULATION_TOKENS, SimulationAnswer, checks.of_simulation)
    return Prompt(version, _text(of_message, "coaching"), MESSAGE_TOKENS, CoachingAnswer, checks.of_message)


def _text(name: str, kind: str) -> str:
    if not name.startswith(f"{kind}-"):
        raise FileNotFoundError(f"{name} is no prompt for a {kind}")
    return (PROMPTS / f"{name}.txt").read_text()


def document(context: Context, choice: Choice) -> dict[str, Any]:
    """The document that the model is shown; see the prompt for what its parts mean."""
    today = context.local_day
    entries = [
        {
            "days_ago": (today - entry.local_day).days,
            "weekday": WEEKDAYS[entry.local_day.weekday()],
            "text": without_orders(entry.body),
        }
        for entry in context.entries
    ]
    told = {
        "part_of_day": context.preference,
        "weekday": context.weekday,
        "message": {
            "type": str(choice.message_type),
            "reason": choice.reason,
            "built_on": _built_on(choice.material, today),
        },
        "days_silent": context.days_silent,
        "weeks_silent": None if context.days_silent is None else context.days_silent // 7,
        "entries": [entry for entry in entries if entry["text"]],
        "insights": [_insight(one, today) for one in context.insights],
        "recent_messages": [one.message_type for one in context.earlier[:MOST_RECENT]],
    }
    return {"facts": told}


def as_text(told: dict[str, Any]) -> str:
    """A document as sent: the same facts give the same characters."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _built_on(material: Any, today: date) -> Any:
    """What a choice is built on, without ids and dates."""
    if isinstance(material, Insight):
        return {"kind": "insight", **_insight(material, today)}
    if isinstance(material, str):
        return without_orders(material)
    if isinstance(material, tuple) and hasattr(material, "_asdict"):
        parts = material._asdict().items()
        kept = {
            name: _built_on(part, today) for name, part in parts if name not in HIDDEN and part is not None
        }
        return {"kind": type(material).__name__.lower(), **kept}
    return material


def _insight(one: Insight, today: date) -> dict[str, Any]:
    weeks = (today - one.week_of).days // 7
    return {
        "week": WEEKS[weeks] if weeks < len(WEEKS) else f"{weeks + 1} weeks ago",
        "compared_with": "the four weeks before",
        "kind": one.kind,
        "metric": one.metric,
        "direction": one.direction,
        "evidence": {name: _named_day(name, value) for name, value in one.evidence.items()},
        "text": one.text,
    }


def _named_day(name: str, value: Any) -> Any:
    return WEEKDAYS[value] if name in WEEKDAY_KEYS and value in range(7) else value


def draft(answer: dict[str, Any]) -> Draft:
    """A checked message."""
    return Draft(answer["message"], answer["push_notification_text"])


def simulation(answer: dict[str, Any]) -> Simulation:
    """A checked simulation."""
    return Simulation(answer["effectiveness_rating"], Action(answer["recommended_action"]), answer["reason"])
