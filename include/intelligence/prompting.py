"""What a model is shown of a user's week, and what it must answer.

The document holds facts only: no name, no id, no date. Free text of the source (names of laboratory
tests, mood labels) is cut short and stripped of everything but plain characters.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from include.intelligence.metrics import BY_NAME, WEEKDAYS
from include.intelligence.models import Facts, Insight, MetricStats, Prose
from include.llm.models import Prompt, WritingJob

PROMPTS = Path(__file__).with_name("prompts")
PROMPT_VERSION = "weekly-1"
MAX_TOKENS = 1_500
FREE_TEXT_LENGTH = 40
WEEKDAY_KEYS = ("weekday", "best_day", "low_day")

Line = Annotated[str, Field(min_length=1, max_length=400)]


class BriefAnswer(BaseModel):
    """The form of the answer; the fields of Prose."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    headline: Annotated[str, Field(min_length=1, max_length=120)]
    narrative: Annotated[str, Field(min_length=1, max_length=1_500)]
    insights: Annotated[list[Line], Field(max_length=5)]
    recommendations: Annotated[list[Line], Field(min_length=1, max_length=3)]
    watch: Annotated[list[Line], Field(max_length=3)]


@cache
def prompt(version: str) -> Prompt:
    """The instruction of a version: a text file of that name."""
    return Prompt(version, (PROMPTS / f"{version}.txt").read_text(), MAX_TOKENS, BriefAnswer, problems)


def facts_document(facts: Facts) -> dict[str, Any]:
    """The document that the model is shown; see the prompt for what its parts mean."""
    told = {
        "metrics": {name: _metric(name, stats) for name, stats in facts.stats.items()},
        "insights": [_insight(one) for one in facts.insights],
        "patterns": [_named_weekdays(one) for one in facts.patterns],
        "velocity": facts.velocity,
        "systems": facts.systems,
        "timeline": [{**one, "metric": _plain(one["metric"])} for one in facts.timeline],
        "comparative": {name: _named_weekdays(place) for name, place in facts.comparative.items()},
        "mood": {_plain(label): days for label, days in facts.mood.items()},
        "days_with_data": facts.days_with_data,
    }
    return {"facts": told}


def facts_text(facts: Facts) -> str:
    """The document as sent: the same facts give the same characters."""
    return json.dumps(facts_document(facts), ensure_ascii=False, separators=(",", ":"))


def _metric(name: str, stats: MetricStats) -> dict[str, Any]:
    decimals = BY_NAME[name].decimals
    told = {
        "unit": BY_NAME[name].unit,
        "this_week": _rounded(stats.this, decimals),
        "usual": _rounded(stats.baseline, decimals),
        "change": _rounded(stats.change, decimals),
        "change_percent": stats.pct,
        "days": stats.days,
        "usual_days": stats.baseline_days,
        "highest": _day(stats.best_day, stats.best, decimals),
        "lowest": _day(stats.low_day, stats.low, decimals),
    }
    return {key: value for key, value in told.items() if value is not None}


def _rounded(value: float | None, decimals: int) -> float | int | None:
    if value is None:
        return None
    return round(value) if decimals == 0 else round(value, decimals)


def _day(weekday: int | None, value: float | None, decimals: int) -> dict[str, Any] | None:
    if weekday is None or value is None:
        return None
    return {"weekday": WEEKDAYS[weekday], "value": _rounded(value, decimals)}


def _insight(one: Insight) -> dict[str, Any]:
    told = {"kind": one.kind, "metric": _plain(one.metric), "direction": one.direction}
    return {**told, "confidence": one.confidence, **_named_weekdays(one.evidence)}


def _named_weekdays(numbers: dict[str, Any]) -> dict[str, Any]:
    """The kind's numbers with weekdays by name and free text made plain."""
    return {key: _told(key, value) for key, value in numbers.items()}


def _told(key: str, value: Any) -> Any:
    if key in WEEKDAY_KEYS:
        return WEEKDAYS[value]
    return _plain(value) if isinstance(value, str) else value


def _plain(text: str) -> str:
    """Free text of the source as a short name: letters, digits and a few signs."""
    return re.sub(r"[^\w .,/%+<>|-]+", " ", text)[:FREE_TEXT_LENGTH].strip()


def problems(document: dict[str, Any], answer: dict[str, Any]) -> list[str]:
    """What is wrong with an answer in the right form."""
    wanted, found = len(document["facts"]["insights"]), len(answer["insights"])
    if wanted != found:
        return [f"insights: {found} texts for {wanted} findings; write one for each, in the same order"]
    from include.intelligence.evidence import ungrounded

    return ungrounded(document, answer)


def prose(answer: dict[str, Any]) -> Prose:
    """A checked answer as the prose of a brief."""
    return Prose(**answer)


WRITING = WritingJob("weekly_intelligence", prompt)
