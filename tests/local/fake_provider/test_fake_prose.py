"""The stand-in's own prose: true to its facts, and never at a loss."""

import json
from random import Random
from typing import Any

import pytest
from briefs import facts, numbers_of
from hypothesis import given
from hypothesis import strategies as st

from include.local.fake_provider import answers, prose

NUMBERS: dict[str, dict[str, Any]] = {
    "change": {"this": 8123.4, "baseline": 7456.2, "change": 667.2},
    "steady": {"this": 8123.4, "baseline": 8120.0},
    "trend": {"slope_per_week": -120.0, "weeks": 6},
    "weekday": {"weekday": "Sunday", "mean_on_day": 4002, "mean_other": 9001},
    "lag": {"other": "sleep_minutes", "after_high": 9003, "after_low": 7004},
    "streak": {"length": 5, "threshold": 7000},
    "record": {"value": 15012, "weekday": "Friday", "days": 90},
    "change_point": {"before": 6001, "after": 8002, "days_ago": 12},
    "consistency": {"spread": 900, "baseline_spread": 1800},
    "standing": {"percentile": 71, "users": 3121},
    "lab": {"test": "ferritin", "value": 41, "unit": "ng/mL"},
    "coverage": {"days": 5, "of": 7},
}


def insight(kind: str, **numbers: Any) -> dict[str, Any]:
    return {"kind": kind, "metric": "steps", "direction": "up", **numbers}


@pytest.mark.parametrize("kind", NUMBERS)
def test_each_kind_is_told_with_its_own_numbers(kind: str) -> None:
    one = insight(kind, **NUMBERS[kind])
    [text] = prose.brief({"insights": [one]}, Random(1))["insights"]
    given_numbers = {round(abs(value)) for value in NUMBERS[kind].values() if not isinstance(value, str)}
    assert numbers_of(text) <= given_numbers
    assert text.startswith(("Your ", "On ", "After "))


@given(
    st.sampled_from(sorted(NUMBERS)),
    st.sets(st.sampled_from(["metric", "direction", "this", "length", "days"])),
)
def test_missing_numbers_make_a_plainer_sentence(kind: str, missing: set[str]) -> None:
    one = {name: value for name, value in insight(kind, **NUMBERS[kind]).items() if name not in missing}
    brief = prose.brief(facts() | {"insights": [one, {}]}, Random(0))
    assert len(brief["insights"]) == 2
    assert all(brief["insights"])
    assert brief["recommendations"]


@given(st.dictionaries(st.sampled_from(["metrics", "insights", "velocity", "mood"]), st.none()))
def test_empty_facts_make_a_brief(nothing: dict[str, Any]) -> None:
    brief = prose.brief(nothing, Random(0))
    assert brief["headline"] and brief["narrative"] and brief["recommendations"]


@given(st.integers())
def test_a_false_number_is_in_no_facts(seed: int) -> None:
    answer = prose.brief(facts(), Random(seed))
    false = answers.with_false_number(answer, Random(seed))
    assert false["narrative"] != answer["narrative"]
    assert not numbers_of(false["narrative"]) <= numbers_of(json.dumps(facts()))
