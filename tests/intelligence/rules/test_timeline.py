import numpy as np
from rule_blocks import busy_person, facts_of, person

from include.intelligence.rules.block import Lab


def test_events_stand_in_order_the_oldest_first() -> None:
    noise = 300 * np.random.default_rng(2).standard_normal(91)
    steps = np.where(np.arange(91) < 50, 6_000, 9_000) + noise
    steps[88] = 20_000  # Friday
    facts = facts_of(person(steps=steps), labs=[Lab(20, "bilirubin", 2.4, "mg/dL", None, 1.2)])
    told = [(event["kind"], event["metric"], event["days_ago"]) for event in facts.timeline]
    assert [event for event in told if event[0] != "streak_start"] == [
        ("change_point", "steps", 40), ("lab", "bilirubin", 20), ("record", "steps", 2),
    ]  # fmt: skip
    assert facts.timeline[-1]["value"] == 20_000.0


def test_a_streak_begins_on_its_first_day_and_ends_on_the_day_that_broke_it() -> None:
    usual = [6_000.0, 10_000.0] * 14
    begun = facts_of(person(steps=[*usual, 5_000.0, *[9_000.0] * 6])).timeline
    assert begun == [{"days_ago": 5, "kind": "streak_start", "metric": "steps", "value": 6}]
    ended = facts_of(person(steps=[*usual, *[9_000.0] * 5, 5_000.0, 5_000.0])).timeline
    assert ended == [] or ended[0]["kind"] != "streak_end"  # Sunday broke nothing: Saturday did
    ended = facts_of(person(steps=[*usual, *[9_000.0] * 6, 5_000.0])).timeline
    assert ended == [{"days_ago": 0, "kind": "streak_end", "metric": "steps", "value": 7}]


def test_never_more_than_six_and_laboratory_results_are_kept() -> None:
    labs = [Lab(i, f"test {i}", 9.0, "mg/dL", 1.0, 2.0) for i in range(8)]
    timeline = facts_of(busy_person(1), labs=labs).timeline
    assert len(timeline) == 6
    assert {event["kind"] for event in timeline} == {"lab"}
    assert [event["days_ago"] for event in timeline] == sorted(
        (e["days_ago"] for e in timeline), reverse=True
    )
