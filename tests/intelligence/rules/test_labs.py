import pytest
from rule_blocks import facts_of, person

from include.intelligence.rules.block import Lab
from include.intelligence.rules.labs import out_of_range


@pytest.mark.parametrize(
    ("value", "low", "high", "direction"),
    [
        (1.3, 0.1, 1.2, "up"),
        (1.2, 0.1, 1.2, None),
        (0.05, 0.1, 1.2, "down"),
        (160.0, None, 130.0, "up"),
        (30.0, 40.0, None, "down"),
        (5.0, None, None, None),
        (float("nan"), 0.1, 1.2, None),
        (float("inf"), 0.1, 1.2, None),
        (5.0, float("nan"), float("nan"), None),
    ],
)
def test_outside_the_reference_range(
    value: float, low: float | None, high: float | None, direction: str | None
) -> None:
    found = out_of_range([Lab(3, "bilirubin", value, "mg/dL", low, high)])
    assert [item.direction for item in found] == ([direction] if direction else [])


def test_only_the_newest_result_of_a_test_counts_and_only_90_days() -> None:
    high, normal = Lab(40, "bilirubin", 3.0, "mg/dL", 0.1, 1.2), Lab(5, "bilirubin", 1.0, "mg/dL", 0.1, 1.2)
    assert out_of_range([high, normal]) == []
    assert len(out_of_range([high])) == 1
    assert out_of_range([high._replace(days_ago=91)]) == []


def test_the_farthest_outside_comes_first_and_is_an_insight_with_its_range() -> None:
    labs = [Lab(3, "albumin", 3.4, "g/dL", 3.5, 5.5), Lab(12, "bilirubin", 2.4, "mg/dL", None, 1.2)]
    facts = facts_of(person(steps=[8_000.0] * 35), labs=labs)
    insight = next(item for item in facts.insights if item.kind == "lab")
    assert (insight.key, insight.effect, insight.confidence) == ("lab:bilirubin:up", 1.0, 0.95)
    assert insight.evidence == {
        "test": "bilirubin", "value": 2.4, "unit": "mg/dL", "ref_low": None, "ref_high": 1.2, "days_ago": 12,
    }  # fmt: skip
    assert [(event["metric"], event["days_ago"]) for event in facts.timeline] == [
        ("bilirubin", 12),
        ("albumin", 3),
    ]


def test_a_dismissed_result_makes_way_for_the_next() -> None:
    labs = [Lab(3, "albumin", 3.4, "g/dL", 3.5, 5.5), Lab(12, "bilirubin", 2.4, "mg/dL", None, 1.2)]
    facts = facts_of(person(steps=[8_000.0] * 35), labs=labs, dismissed=frozenset({"lab:bilirubin:up"}))
    assert [item.key for item in facts.insights if item.kind == "lab"] == ["lab:albumin:down"]
